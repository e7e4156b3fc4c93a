// SPDX-License-Identifier: MIT
#include "json/member_names.hpp"
#include <aihow/state/json.hpp>
#include <algorithm>
#include <string>
#include "json/locate.hpp"
#include "model/hash_seed.hpp"
#define XXH_INLINE_ALL  // nothing is linked
#include <xxhash.h>

namespace aihow::state::inline v0::format {
namespace {

constexpr int offset_bits = 30;
constexpr std::uint64_t offset_mask = (std::uint64_t{1} << offset_bits) - 1;
static_assert(max_document_bytes - 1 <= offset_mask);

bool same_name(std::string_view bytes, std::size_t a, std::size_t b) {
  const auto spelled = [bytes](std::size_t at) { return bytes.substr(at, skip_token(bytes, at) - at); };
  if (spelled(a) == spelled(b)) return true;
  const auto plain = [](std::string_view text) { return text.find('\\') == std::string_view::npos; };
  if (plain(spelled(a)) && plain(spelled(b))) return false;
  return string_at(bytes, a) == string_at(bytes, b);
}

/// Among the names at these offsets, which are in order. Nearly always the second is it.
template <class Iterator>
std::size_t first_repeated(std::string_view bytes, Iterator begin, Iterator end) {
  for (auto at = begin; at != end; ++at) {
    for (auto before = begin; before != at; ++before) {
      if (same_name(bytes, *before & offset_mask, *at & offset_mask)) return *at & offset_mask;
    }
  }
  return std::string_view::npos;
}

}  // namespace

void MemberNames::add(std::string_view name, std::size_t at) {
  room_.take(sizeof(Name));
  names_.push_back(XXH3_64bits_withSeed(name.data(), name.size(), detail::hash_seed()) << offset_bits | at);
}

std::size_t MemberNames::close() {
  const auto end = names_.end();
  auto begin = names_.begin() + static_cast<std::ptrdiff_t>(bases_.back());
  std::sort(begin, end);
  std::size_t out = std::string_view::npos;
  while (begin != end) {
    const auto rest = std::find_if(begin, end, [&](Name name) { return name >> offset_bits != *begin >> offset_bits; });
    if (rest - begin > 1) out = std::min(out, first_repeated(bytes_, begin, rest));
    begin = rest;
  }
  room_.give_back((names_.size() - bases_.back()) * sizeof(Name));
  names_.resize(bases_.back());
  bases_.pop_back();
  return out;
}

}  // namespace aihow::state::inline v0::format

// SPDX-License-Identifier: MIT
#include "holder.hpp"
#include <algorithm>
#include <cstring>
#include "convert.hpp"

namespace aihow::capi {
namespace {

/// Copies as much of a text as there is room for, whole characters only.
template <std::size_t N>
void put_cut(char (&target)[N], const std::string& text) noexcept {
  std::size_t length = std::min(text.size(), N - 1);
  if (length < text.size()) {
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) --length;
  }
  std::copy_n(text.data(), length, target);
  target[length] = '\0';
}

template <std::size_t N>
std::string text_of(const char (&bytes)[N]) {
  return {bytes, strnlen(bytes, N)};
}

}  // namespace

aihow_holder to_c(const state::Holder& holder) noexcept {
  aihow_holder out{};
  out.struct_size = sizeof out;
  put_cut(out.host, holder.host);
  put_cut(out.program, holder.program);
  put_cut(out.what, holder.what);
  out.pid = holder.pid;
  out.since = to_c(holder.since);
  return out;
}

state::Holder to_holder(const aihow_holder& holder) {
  return {text_of(holder.host), text_of(holder.program), text_of(holder.what), holder.pid, to_timestamp(holder.since, "since")};
}

}  // namespace aihow::capi

// SPDX-License-Identifier: MIT
#include "json/layout_reader.hpp"
#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <memory>
#include <type_traits>
#include "json/day.hpp"
#include "json/event_reader.hpp"
#include "json/fresh.hpp"
#include "json/locate.hpp"
#include "json/plain_text.hpp"
#include "json/slots.hpp"
#include "json/spelling.hpp"
#include "model/utf8.hpp"

namespace aihow::state::inline v0::format {
namespace {

/// Each function that reads is told where, and returns where that ends; nullptr where it finds anything else than is foreseen there. So the
/// place is in a register all the way: of what the models are given, the compiler could not know that it leaves a member of this class alone.
class LayoutReader {
 public:
  explicit LayoutReader(std::string_view bytes) noexcept : begin_(bytes.data()), end_(begin_ + bytes.size()) {}

  bool document(Root& out) {
    const char* at = members<ClusterState, root_indent>(begin_, out);
    const char* aihow = skip(at, member_start<"aihow", root_indent, false>);
    while (aihow == nullptr) {
      const char* const unknown = skip(at, line_start<',', root_indent>);
      if (unknown == nullptr) break;
      at = unknown_member<Root>(unknown, out.unknown);
      aihow = skip(at, member_start<"aihow", root_indent, false>);
    }
    if (aihow != nullptr) at = object<aihow_indent>(aihow, out.aihow.emplace());
    at = skip(skip(at, line_start<0, 0>), '}');
    if (const char* const line_break = skip(at, '\n'); line_break != nullptr) at = line_break;
    return at == end_;
  }

  /// After document() said false.
  Resume resume(Root& out) const {
    Resume next = next_element();
    bool passed = false;
    Format<ClusterState>::List::for_each([&](auto member) {
      auto& field = out.*member.pointer;
      if constexpr (detail::Element<std::remove_cvref_t<decltype(field)>>::is_list) {
        if (&field == list_ && next.offset != 0) {
          field.resize(whole_count_);
          next.list = member.name.view();
          passed = true;
        } else if (passed) {
          field.clear();
        }
      }
    });
    if (!passed) out = Root{};
    out.unknown.clear();
    out.aihow.reset();
    return next;
  }

 private:
  /// Behind the last whole element of the list that was read last; a comma goes with the element before it.
  Resume next_element() const noexcept {
    if (list_ == nullptr) return {};
    const std::string_view bytes(begin_, static_cast<std::size_t>(end_ - begin_));
    const auto skip_space = [&](std::size_t at) { return std::min(bytes.find_first_not_of(" \t\r\n", at), bytes.size()); };
    std::size_t at = skip_space(static_cast<std::size_t>(whole_ - begin_));
    if (at == bytes.size() || (bytes[at] != ',' && bytes[at] != ']')) return {};
    if (bytes[at] == ',') {
      at = skip_space(at + 1);
      if (at == bytes.size() || bytes[at] != '{') return {};
    }
    return {{}, at};
  }

  std::size_t left(const char* at) const noexcept { return static_cast<std::size_t>(end_ - at); }
  std::string_view rest(const char* at) const noexcept { return {at, left(at)}; }

  // What these find at a place that is none is nothing.

  template <std::size_t N>
  const char* skip(const char* at, const Spelled<N>& text) const noexcept {
    return at != nullptr && left(at) >= N && std::memcmp(at, text.chars.data(), N) == 0 ? at + N : nullptr;
  }
  const char* skip(const char* at, char c) const noexcept { return at != nullptr && at != end_ && *at == c ? at + 1 : nullptr; }
  const char* skip(const char* at, std::string_view text) const noexcept {
    return at != nullptr && rest(at).starts_with(text) ? at + text.size() : nullptr;
  }

  template <int Indent, class T>
  const char* object(const char* at, T& out) {
    at = members<T, Indent>(at, out);
    while (const char* const unknown = skip(at, line_start<',', Indent>)) at = unknown_member<T>(unknown, out.unknown);
    return skip(skip(at, line_start<0, shallower<Indent>>), '}');
  }

  /// The known ones, in their order.
  template <class T, int Indent>
  const char* members(const char* at, T& out) {
    Format<T>::List::for_each([&](auto member) {
      if (at == nullptr) return;
      constexpr bool first = member.name.view() == first_name(typename Format<T>::List{});
      constexpr bool may_be_left_out = member.presence == Presence::when_set || member.presence == Presence::when_false;
      if (const char* const text = skip(at, member_start<member.name, Indent, first>); text != nullptr) {
        at = value<Indent>(text, out.*member.pointer);
        if (!in_range<member.range>(out.*member.pointer)) at = nullptr;
      } else if (!may_be_left_out) {
        at = nullptr;
      }
    });
    return at;
  }

  template <Range Limits, class Field>
  static bool in_range([[maybe_unused]] const Field& value) noexcept {
    if constexpr (Limits.strict) return value >= Limits.low && value <= Limits.high;
    else return true;
  }

  /// One more member, which the format does not know, from its name on. Names that are known, or there already, are left to the general reader.
  template <class T>
  const char* unknown_member(const char* at, UnknownMembers& out) {
    UnknownMember member;
    at = skip(string(at, member.name), std::string_view(": "));
    if (at == nullptr || is_known<T>(member.name)) return nullptr;
    const auto same = [&](const UnknownMember& other) { return other.name == member.name; };
    // Many of them would take long and much memory here; and that is nobody's usual document.
    constexpr std::size_t most_in_one = 64;
    constexpr std::size_t most_in_all = 4096;
    if (out.size() == most_in_one || ++unknown_ > most_in_all || std::any_of(out.begin(), out.end(), same)) return nullptr;
    // White space before a value is not part of its text.
    const std::size_t length = skip_separators(rest(at), 0) == 0 ? value_length(rest(at), max_document_depth - level<T>) : 0;
    if (length == 0) return nullptr;
    member.json.assign(at, length);
    out.push_back(std::move(member));
    return at + length;
  }

  template <int Indent>
  const char* value(const char* at, std::string& out) {
    return string(at, out);
  }
  /// Short and plain is what most are: the rest is not where it would be in the way of that.
  const char* string(const char* at, std::string& out) {
    at = skip(at, '"');
    constexpr std::size_t step = 16;
    if (at != nullptr && left(at) >= step) {
      const std::size_t plain = plain_bytes_of_16(at);
      if (plain < step && at[plain] == '"') {
        set_short(out, at, plain);
        return at + plain + 1;
      }
    }
    return long_string(at, out);
  }
  /// `out` = the first `size` of the 16 bytes from `text` on. Others are copied with them, and cut off then: a copy whose length is known when
  /// this is compiled is no call. It needs no memory of its own (libstdc++, libc++ and Microsoft's keep 15 and more in the object), and is made
  /// where it stays: a string that is moved is read back before it is written out, which the processor waits for.
  static void set_short(std::string& out, const char* text, std::size_t size) noexcept {
    constexpr std::size_t fits = 15;
    std::destroy_at(&out);
    std::construct_at(&out, text, fits)->resize(size);
  }
  /// `out` = a copy of the text, made where it stays (see above), and with no memory to spare, as assign() would have.
  static void set_long(std::string& out, const char* text, std::size_t size) {
    std::destroy_at(&out);
    try {
      std::construct_at(&out, text, size);
    } catch (...) {
      std::construct_at(&out);
      throw;
    }
  }
  /// `begin`: behind the quote, if there is one.
  [[gnu::noinline]] const char* long_string(const char* begin, std::string& out) const {
    if (begin == nullptr) return nullptr;
    const char* at = begin;
    for (;;) {
      at = skip_plain(at, end_);
      if (at == end_) return nullptr;
      if (*at == '"') break;
      if (*at == '\\') return escaped_string(begin, out);
      const std::size_t length = length_of_one(at);
      if (length == 0) return nullptr;
      at += length;
    }
    set_long(out, begin, static_cast<std::size_t>(at - begin));
    return at + 1;
  }
  /// `begin`: behind the quote. Characters beyond the basic plane, as two escapes, are left to the general reader.
  const char* escaped_string(const char* begin, std::string& out) const {
    const char* at = begin;
    for (;;) {
      at = skip_plain(at, end_);
      if (at == end_) return nullptr;
      if (*at == '"') break;
      const std::size_t length = *at == '\\' ? escape_length(at) : length_of_one(at);
      if (length == 0) return nullptr;
      at += length;
    }
    ++at;
    out = string_at({begin - 1, static_cast<std::size_t>(at - begin) + 1}, 0);
    return at;
  }
  /// Of the character beyond ASCII here; 0: a control character, or broken UTF-8.
  std::size_t length_of_one(const char* at) const noexcept {
    const std::size_t length = aihow::state::detail::utf8_length(rest(at).substr(0, 4));
    return length == 1 ? 0 : length;
  }
  /// Of the escape here; 0: none that is understood.
  std::size_t escape_length(const char* at) const noexcept {
    if (left(at) < 2) return 0;
    if (at[1] != 'u') return std::string_view("\"\\/bfnrt").find(at[1]) != std::string_view::npos ? 2 : 0;
    if (left(at) < 6) return 0;
    unsigned code = 0;
    const auto [end, error] = std::from_chars(at + 2, at + 6, code, 16);
    const bool is_half = code >= 0xD800 && code <= 0xDFFF;
    return error == std::errc{} && end == at + 6 && code != 0 && !is_half ? 6 : 0;
  }
  /// A string that needs no memory of its own; empty where there is none without escapes.
  std::string_view plain_string(const char* at) const noexcept {
    const char* const begin = skip(at, '"');
    if (begin == nullptr) return {};
    const char* const end = skip_plain(begin, end_);
    return skip(end, '"') != nullptr ? std::string_view(begin, static_cast<std::size_t>(end - begin)) : std::string_view();
  }
  static const char* behind(std::string_view plain_string) noexcept { return plain_string.data() + plain_string.size() + 1; }

  template <int Indent>
  const char* value(const char* at, std::optional<std::string>& out) {
    if (const char* const end = skip(at, std::string_view("null")); end != nullptr) return end;
    return string(at, out.emplace());
  }
  template <int Indent>
  const char* value(const char* at, std::int32_t& out) const noexcept {
    return integer(at, out);
  }
  template <int Indent>
  const char* value(const char* at, std::int64_t& out) const noexcept {
    return integer(at, out);
  }
  template <int Indent>
  const char* value(const char* at, std::uint64_t& out) const noexcept {
    return integer(at, out);
  }
  /// What follows it is looked at by whoever comes next: a fraction or an exponent is not foreseen there.
  template <class Integer>
  const char* integer(const char* at, Integer& out) const noexcept {
    const char* const digits = at + (std::is_signed_v<Integer> && at != end_ && *at == '-');
    const auto [end, error] = std::from_chars(at, end_, out);
    if (error != std::errc{} || (*digits == '0' && end != digits + (digits == at))) return nullptr;
    return end;
  }
  template <int Indent>
  const char* value(const char* at, bool& out) const noexcept {
    const char* const end = skip(at, std::string_view("true"));
    out = end != nullptr;
    return out ? end : skip(at, std::string_view("false"));
  }
  template <int Indent>
  const char* value(const char* at, VMState& out) const noexcept {
    const std::string_view text = plain_string(at);
    return parsed(out, vm_state_from_string(text)) ? behind(text) : nullptr;
  }
  template <int Indent>
  const char* value(const char* at, Pending& out) const noexcept {
    const std::string_view text = plain_string(at);
    return parsed(out, pending_from_string(text)) ? behind(text) : nullptr;
  }
  template <int Indent>
  const char* value(const char* at, Timestamp& out) noexcept {
    constexpr std::size_t size = usual_timestamp_size + 2;
    if (left(at) >= size && at[0] == '"' && at[size - 1] == '"' && times_.read_usual(at + 1, out)) return at + size;
    const std::string_view text = plain_string(at);
    return times_.read(text, out) ? behind(text) : nullptr;
  }
  template <int Indent>
  const char* value(const char* at, std::optional<Timestamp>& out) noexcept {
    return value<Indent>(at, out.emplace());
  }
  template <int Indent>
  const char* value(const char* at, std::optional<Uuid>& out) const noexcept {
    constexpr std::size_t size = Uuid::chars + 2;
    const bool is_quoted = left(at) >= size && at[0] == '"' && at[size - 1] == '"';
    return is_quoted && parsed(out, Uuid::parse({at + 1, Uuid::chars})) ? at + size : nullptr;
  }
  template <int Indent>
  const char* value(const char* at, Checksum& out) const {
    const std::string_view text = plain_string(at);
    if (text.size() != checksum_prefix.size() + checksum_digits || !text.starts_with(checksum_prefix)) return nullptr;
    out.text = text;
    out.digits_at = static_cast<std::size_t>(text.data() - begin_) + checksum_prefix.size();
    return behind(text);
  }
  template <class Field, class Value>
  static bool parsed(Field& out, const std::optional<Value>& value) noexcept {
    if (!value) return false;
    out = *value;
    return true;
  }

  template <int Indent, class T>
  const char* value(const char* at, std::vector<T>& out) {
    if (const char* const end = skip(at, std::string_view("[]")); end != nullptr) return end;
    constexpr int inside = deeper<Indent>;
    at = skip(at, line_start<'[', inside>);
    if (at == nullptr) return nullptr;
    const char* const begin = at;
    std::size_t most = std::numeric_limits<std::size_t>::max();
    for (const char* next = at; next != nullptr; next = skip(at, line_start<',', inside>)) {
      if (out.size() == most) return nullptr;
      if constexpr (std::is_same_v<T, std::string>) at = string(next, out.emplace_back());
      else at = object<deeper<inside>>(next, out.emplace_back(Fresh{}));
      if (at == nullptr) return nullptr;
      if constexpr (Indent == root_indent) list_ = &out, whole_ = at, whole_count_ = out.size();
      if (out.size() == looked_at<Indent>) most = foresee(out, at, looked_at<Indent>, static_cast<std::size_t>(at - begin));
    }
    if (out.size() < out.capacity() / 2) out.shrink_to_fit();
    return skip(skip(at, line_start<0, Indent>), ']');
  }

  /// After so many elements, which took `bytes`, it is guessed how many there will be, so that a long list need not move again and again.
  /// One that turns out longer is left to the general reader, which keeps account of its memory. Returns how many there may be.
  /// Of the lists inside of others there may be very many, so only long ones are worth the guess.
  template <int Indent>
  static constexpr std::size_t looked_at = Indent == root_indent ? 16 : 1024;
  template <class T>
  std::size_t foresee(std::vector<T>& out, const char* at, std::size_t count, std::size_t bytes) const {
    const std::size_t usual = bytes / count + 1;
    out.reserve(count + 3 * left(at) / 2 / std::max(usual, sizeof(T)));
    return out.capacity();
  }

  const char* begin_;
  const char* end_;
  std::size_t unknown_ = 0;
  // Of the root's lists: the one that has the last whole element, the end of that, and how many there are.
  const void* list_ = nullptr;
  const char* whole_ = nullptr;
  std::size_t whole_count_ = 0;
  TimestampReader times_;
};

}  // namespace

bool read_layout(std::string_view bytes, Root& out, Resume& resume) {
  LayoutReader reader(bytes);
  if (reader.document(out)) return true;
  resume = reader.resume(out);
  return false;
}

}  // namespace aihow::state::inline v0::format

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
#include "json/locate.hpp"
#include "json/plain_text.hpp"
#include "json/slots.hpp"
#include "json/spelling.hpp"
#include "model/utf8.hpp"

namespace aihow::state::inline v0::format {
namespace {

class LayoutReader {
 public:
  explicit LayoutReader(std::string_view bytes) noexcept : begin_(bytes.data()), at_(begin_), end_(begin_ + bytes.size()) {}

  bool document(Root& out) {
    if (!members<ClusterState, root_indent>(out)) return false;
    for (bool more = true; more && !starts_with(member_start<"aihow", root_indent, false>);) {
      if (!unknown_member<Root, root_indent>(out.unknown, more)) return false;
    }
    if (skip(member_start<"aihow", root_indent, false>) && !object<aihow_indent>(out.aihow.emplace())) return false;
    if (!skip(line_start<0, 0>) || !skip('}')) return false;
    skip('\n');
    return at_ == end_;
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

  std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
  std::string_view rest() const noexcept { return {at_, left()}; }

  template <std::size_t N>
  bool starts_with(const Spelled<N>& text) const noexcept {
    return left() >= N && std::memcmp(at_, text.chars.data(), N) == 0;
  }
  template <std::size_t N>
  bool skip(const Spelled<N>& text) noexcept {
    if (!starts_with(text)) return false;
    at_ += N;
    return true;
  }
  bool skip(char c) noexcept {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool skip(std::string_view text) noexcept {
    if (!rest().starts_with(text)) return false;
    at_ += text.size();
    return true;
  }

  template <int Indent, class T>
  bool object(T& out) {
    if (!members<T, Indent>(out)) return false;
    for (bool more = true; more;) {
      if (!unknown_member<T, Indent>(out.unknown, more)) return false;
    }
    return skip(line_start<0, shallower<Indent>>) && skip('}');
  }

  /// The known ones, in their order.
  template <class T, int Indent>
  bool members(T& out) {
    bool good = true;
    Format<T>::List::for_each([&](auto member) {
      if (!good) return;
      constexpr bool first = member.name.view() == first_name(typename Format<T>::List{});
      constexpr bool may_be_left_out = member.presence == Presence::when_set || member.presence == Presence::when_false;
      const bool there = skip(member_start<member.name, Indent, first>);
      good = there ? value<Indent>(out.*member.pointer) && in_range<member.range>(out.*member.pointer) : may_be_left_out;
    });
    return good;
  }

  template <Range Limits, class Field>
  static bool in_range([[maybe_unused]] const Field& value) noexcept {
    if constexpr (Limits.strict) return value >= Limits.low && value <= Limits.high;
    else return true;
  }

  /// One more member that the format does not know, if there is one. Names that are known, or there already, are left to the general reader.
  template <class T, int Indent>
  bool unknown_member(UnknownMembers& out, bool& more) {
    more = skip(line_start<',', Indent>);
    if (!more) return true;
    UnknownMember member;
    if (!value<Indent>(member.name) || !skip(std::string_view(": ")) || is_known<T>(member.name)) return false;
    const auto same = [&](const UnknownMember& other) { return other.name == member.name; };
    // Many of them would take long and much memory here; and that is nobody's usual document.
    constexpr std::size_t most_in_one = 64;
    constexpr std::size_t most_in_all = 4096;
    if (out.size() == most_in_one || ++unknown_ > most_in_all || std::any_of(out.begin(), out.end(), same)) return false;
    // White space before a value is not part of its text.
    const std::size_t length = skip_separators(rest(), 0) == 0 ? value_length(rest(), max_document_depth - level<T>) : 0;
    if (length == 0) return false;
    member.json.assign(at_, length);
    at_ += length;
    out.push_back(std::move(member));
    return true;
  }

  template <int Indent>
  bool value(std::string& out) {
    if (!skip('"')) return false;
    const char* const begin = at_;
    constexpr std::size_t step = 16;
    if (left() >= step) {
      const std::size_t plain = plain_bytes_of_16(at_);
      at_ += plain;
      if (plain < step && *at_ == '"') {
        set_short(out, begin, plain);
        ++at_;
        return true;
      }
    }
    for (;;) {
      at_ = skip_plain(at_, end_);
      if (at_ == end_) return false;
      if (*at_ == '"') break;
      if (*at_ == '\\') return escaped_string(begin, out);
      // A control character, broken UTF-8, or a character beyond ASCII.
      const std::size_t length = aihow::state::detail::utf8_length(rest().substr(0, 4));
      if (length <= 1) return false;
      at_ += length;
    }
    out = std::string(begin, static_cast<std::size_t>(at_ - begin));  // assign() would take more memory than that
    ++at_;
    return true;
  }
  /// `out` = the first `size` of the 16 bytes from `text` on. Others are copied with them, and cut off then: a copy whose length is known when
  /// this is compiled is no call. It needs no memory of its own (libstdc++, libc++ and Microsoft's keep 15 and more in the object), and is made
  /// where it stays: a string that is moved is read back before it is written out, which the processor waits for.
  static void set_short(std::string& out, const char* text, std::size_t size) noexcept {
    constexpr std::size_t fits = 15;
    std::destroy_at(&out);
    std::construct_at(&out, text, fits)->resize(size);
  }
  /// `begin`: behind the quote. Characters beyond the basic plane, as two escapes, are left to the general reader.
  bool escaped_string(const char* begin, std::string& out) {
    for (;;) {
      at_ = skip_plain(at_, end_);
      if (at_ == end_) return false;
      if (*at_ == '"') break;
      const std::size_t length = *at_ == '\\' ? escape_length() : aihow::state::detail::utf8_length(rest().substr(0, 4));
      if (length <= 1) return false;
      at_ += length;
    }
    ++at_;
    out = string_at({begin - 1, static_cast<std::size_t>(at_ - begin) + 1}, 0);
    return true;
  }
  /// Of the escape here; 0: none that is understood.
  std::size_t escape_length() const noexcept {
    if (left() < 2) return 0;
    if (at_[1] != 'u') return std::string_view("\"\\/bfnrt").find(at_[1]) != std::string_view::npos ? 2 : 0;
    if (left() < 6) return 0;
    unsigned code = 0;
    const auto [end, error] = std::from_chars(at_ + 2, at_ + 6, code, 16);
    const bool is_half = code >= 0xD800 && code <= 0xDFFF;
    return error == std::errc{} && end == at_ + 6 && code != 0 && !is_half ? 6 : 0;
  }
  /// A string that needs no memory of its own; empty where there is none without escapes.
  std::string_view plain_string() noexcept {
    if (!skip('"')) return {};
    const char* const begin = at_;
    at_ = skip_plain(at_, end_);
    const std::string_view out(begin, static_cast<std::size_t>(at_ - begin));
    return skip('"') ? out : std::string_view();
  }

  template <int Indent>
  bool value(std::optional<std::string>& out) {
    return skip(std::string_view("null")) || value<Indent>(out.emplace());
  }
  template <int Indent>
  bool value(std::int32_t& out) noexcept {
    return integer(out);
  }
  template <int Indent>
  bool value(std::int64_t& out) noexcept {
    return integer(out);
  }
  template <int Indent>
  bool value(std::uint64_t& out) noexcept {
    return integer(out);
  }
  /// What follows it is looked at by whoever comes next: a fraction or an exponent is not foreseen there.
  template <class Integer>
  bool integer(Integer& out) noexcept {
    const char* const digits = at_ + (std::is_signed_v<Integer> && at_ != end_ && *at_ == '-');
    const auto [end, error] = std::from_chars(at_, end_, out);
    if (error != std::errc{} || (*digits == '0' && end != digits + (digits == at_))) return false;
    at_ = end;
    return true;
  }
  template <int Indent>
  bool value(bool& out) noexcept {
    out = skip(std::string_view("true"));
    return out || skip(std::string_view("false"));
  }
  template <int Indent>
  bool value(VMState& out) noexcept {
    return parsed(out, vm_state_from_string(plain_string()));
  }
  template <int Indent>
  bool value(Pending& out) noexcept {
    return parsed(out, pending_from_string(plain_string()));
  }
  template <int Indent>
  bool value(Timestamp& out) noexcept {
    return times_.read(plain_string(), out);
  }
  template <int Indent>
  bool value(std::optional<Timestamp>& out) noexcept {
    return value<Indent>(out.emplace());
  }
  template <int Indent>
  bool value(std::optional<Uuid>& out) noexcept {
    return parsed(out, Uuid::parse(plain_string()));
  }
  template <int Indent>
  bool value(Checksum& out) {
    const std::string_view text = plain_string();
    if (text.size() != checksum_prefix.size() + checksum_digits || !text.starts_with(checksum_prefix)) return false;
    out.text = text;
    out.digits_at = static_cast<std::size_t>(text.data() - begin_) + checksum_prefix.size();
    return true;
  }
  template <class Field, class Value>
  static bool parsed(Field& out, const std::optional<Value>& value) noexcept {
    if (!value) return false;
    out = *value;
    return true;
  }

  template <int Indent, class T>
  bool value(std::vector<T>& out) {
    if (skip(std::string_view("[]"))) return true;
    constexpr int inside = deeper<Indent>;
    if (!skip(line_start<'[', inside>)) return false;
    const char* const begin = at_;
    std::size_t most = std::numeric_limits<std::size_t>::max();
    const T blank{};  // a copy of it is cheaper than an object that is zeroed first, as emplace_back() without arguments does
    do {
      if (out.size() == most) return false;
      if constexpr (std::is_same_v<T, std::string>) {
        if (!value<inside>(out.emplace_back())) return false;
      } else {
        if (!object<deeper<inside>>(out.emplace_back(blank))) return false;
        if constexpr (Indent == root_indent) list_ = &out, whole_ = at_, whole_count_ = out.size();
      }
      if (out.size() == looked_at<Indent>) most = foresee(out, looked_at<Indent>, static_cast<std::size_t>(at_ - begin));
    } while (skip(line_start<',', inside>));
    if (out.size() < out.capacity() / 2) out.shrink_to_fit();
    return skip(line_start<0, Indent>) && skip(']');
  }

  /// After so many elements, which took `bytes`, it is guessed how many there will be, so that a long list need not move again and again.
  /// One that turns out longer is left to the general reader, which keeps account of its memory. Returns how many there may be.
  /// Of the lists inside of others there may be very many, so only long ones are worth the guess.
  template <int Indent>
  static constexpr std::size_t looked_at = Indent == root_indent ? 16 : 1024;
  template <class T>
  std::size_t foresee(std::vector<T>& out, std::size_t count, std::size_t bytes) {
    const std::size_t usual = bytes / count + 1;
    out.reserve(count + 3 * left() / 2 / std::max(usual, sizeof(T)));
    return out.capacity();
  }

  const char* begin_;
  const char* at_;
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

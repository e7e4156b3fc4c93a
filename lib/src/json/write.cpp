// SPDX-License-Identifier: MIT
// Writing: the tables of format.hpp unrolled into one buffer.
#include "json/write.hpp"
#include <fmt/format.h>
#include <aihow/state/json.hpp>
#include <algorithm>
#include "json/buffer.hpp"
#include "json/checksum.hpp"
#include "json/day.hpp"
#include "json/event_reader.hpp"
#include "json/format.hpp"

namespace aihow::state::inline v0 {
namespace format {
namespace {

constexpr std::string_view zeros = "00000000000000000000000000000000";
static_assert(zeros.size() == checksum_digits);

template <Presence How>
bool is_written(const auto& value) noexcept {
  if constexpr (How == Presence::required || How == Presence::defaulted) return true;
  else if constexpr (How == Presence::when_false) return !value;
  else if constexpr (requires { value.has_value(); }) return value.has_value();
  else if constexpr (requires { value.empty(); }) return !value.empty();
  else return static_cast<bool>(value);
}

/// JSON without the white space between its tokens.
void put_compact(Buffer& out, std::string_view json) {
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (!in_string && (c == ' ' || c == '\n' || c == '\r' || c == '\t')) continue;
    if (c == '"') in_string = !in_string;
    out.put(c);
    if (in_string && c == '\\' && i + 1 < json.size()) out.put(json[++i]);
  }
}

/// Throws Error invalid where a member that a program has set as unknown would make the document unreadable.
template <class T>
void check_unknown(const UnknownMembers& members) {
  std::vector<std::string_view> names;
  for (const UnknownMember& member : members) {
    const bool taken = is_known<T>(member.name) || (std::is_same_v<T, ClusterState> && member.name == "aihow");
    if (taken)
      throw Error(errc::invalid, fmt::format("{}: the member {} cannot be among the unknown ones", Format<T>::noun, json_quote(member.name)));
    try {
      check_value(member.json, max_document_depth - level<T>);
      check_value(json_quote(member.name), 1);
    } catch (const Error& error) {
      throw Error(errc::invalid, fmt::format("{}: the unknown member {} is not JSON: {}", Format<T>::noun, json_quote(member.name), error.what()));
    }
    names.push_back(member.name);
  }
  std::sort(names.begin(), names.end());
  if (const auto twice = std::adjacent_find(names.begin(), names.end()); twice != names.end())
    throw Error(errc::invalid, fmt::format("{}: the unknown member {} is there twice", Format<T>::noun, json_quote(*twice)));
}

/// Writes values where they stand; `Indent` as in spelling.hpp, of the members of the object that is being written.
class Writer {
 public:
  explicit Writer(std::size_t expected_bytes, Digester* digester = nullptr) : out_(expected_bytes, digester), digester_(digester) {}
  Writer(Sink& sink, Digester& digester) : out_(sink, &digester), digester_(&digester) {}

  template <int Indent, class T>
  void object(const T& value) {
    members<Indent>(value);
    unknown<Indent, T>(value.unknown);
    out_.put(line_start<0, shallower<Indent>>);
    out_.put('}');
  }

  void document(const ClusterState& state) {
    members<root_indent>(state);
    unknown<root_indent, ClusterState>(state.unknown);
    if (state.lineage) {
      out_.put(member_start<"aihow", root_indent, false>);
      members<aihow_indent>(Aihow{.revision = state.revision, .lineage = state.lineage, .checksum = {}, .unknown = {}});
      unknown<aihow_indent, Aihow>(state.unknown_in_aihow);
      out_.put(line_start<0, shallower<aihow_indent>>);
      out_.put('}');
    }
    out_.put(line_start<0, 0>);
    out_.put('}');
    if (state.lineage) out_.put('\n');
  }

  /// The offset of the checksum's digits in what is collected, and the digest of all that stands before them.
  std::size_t digits_at() const noexcept { return digits_at_; }
  const Digester& before_digits() const noexcept { return before_digits_; }
  std::string take() && { return std::move(out_).take(); }

 private:
  template <int Indent, class T>
  void members(const T& object) {
    Format<T>::List::for_each([&](auto member) {
      const auto& field = object.*member.pointer;
      if (!is_written<member.presence>(field)) return;
      constexpr bool first = member.name.view() == first_name(typename Format<T>::List{});
      out_.put(member_start<member.name, Indent, first>);
      value<Indent>(field);
    });
  }

  template <int Indent, class T>
  void unknown(const UnknownMembers& members) {
    if (members.empty()) return;
    check_unknown<T>(members);
    for (const UnknownMember& member : members) {
      out_.put(line_start<',', Indent>);
      out_.put_quoted(member.name);
      if constexpr (Indent == one_line) {
        out_.put(':');
        put_compact(out_, member.json);
      } else {
        out_.put(": ");
        out_.put(member.json);
      }
    }
  }

  template <int Indent>
  void value(const std::string& text) {
    out_.put_quoted(text);
  }
  template <int Indent, class Integer>
  requires std::is_integral_v<Integer>
  void value(Integer number) {
    if constexpr (std::is_same_v<Integer, bool>) out_.put(number ? std::string_view("true") : std::string_view("false"));
    else out_.put_integer(number);
  }
  template <int Indent>
  void value(VMState state) {
    word(to_string(state));
  }
  template <int Indent>
  void value(Pending pending) {
    word(to_string(pending));
  }
  template <int Indent>
  void value(const Uuid& uuid) {
    char* const out = out_.reserve(Uuid::chars + 2);
    uuid.to_chars(out + 1);
    out[0] = out[Uuid::chars + 1] = '"';
    out_.advance(Uuid::chars + 2);
  }
  template <int Indent>
  void value(const Timestamp& time) {
    char* const out = out_.reserve(Timestamp::max_chars + 2);
    const std::size_t length = times_.write(time, out + 1);
    out[0] = out[length + 1] = '"';
    out_.advance(length + 2);
  }
  template <int Indent>
  void value(const Checksum&) {
    out_.put('"');
    out_.put(checksum_prefix);
    out_.hold();
    digits_at_ = out_.size();
    if (digester_ != nullptr) before_digits_ = *digester_;
    out_.put(zeros);
    out_.put('"');
  }
  template <int Indent, class T>
  void value(const std::optional<T>& maybe) {
    if (maybe) value<Indent>(*maybe);
    else out_.put("null");
  }
  template <int Indent, class T>
  void value(const std::vector<T>& list) {
    if (list.empty()) return out_.put("[]");
    constexpr int inside = deeper<Indent>;
    out_.put(line_start<'[', inside>);
    for (const T& element : list) {
      if (&element != list.data()) out_.put(line_start<',', inside>);
      if constexpr (std::is_same_v<T, std::string>) value<inside>(element);
      else object<deeper<inside>>(element);
    }
    out_.put(line_start<0, Indent>);
    out_.put(']');
  }
  /// A word that needs no escapes.
  void word(std::string_view text) {
    char* out = out_.reserve(text.size() + 2);
    *out++ = '"';
    out = std::copy(text.begin(), text.end(), out);
    *out = '"';
    out_.advance(text.size() + 2);
  }

  Buffer out_;
  Digester* digester_;
  Digester before_digits_;
  TimestampWriter times_;
  std::size_t digits_at_ = 0;
};

/// The bytes of a list in the document, about: as if all of a long list were like some of it.
template <class T>
std::size_t estimate(const std::vector<T>& list) {
  constexpr std::size_t typical = 768;
  constexpr std::size_t looked_at = 16;
  if (list.size() < 8 * looked_at) return list.size() * typical;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < looked_at; ++i) {
    Writer writer(typical);
    writer.object<object_indent>(list[i * (list.size() / looked_at)]);
    bytes += std::move(writer).take().size();
  }
  // One in sixteen more, since a document that does not fit has to be copied.
  return (bytes / looked_at + 8) * list.size() / 16 * 17;
}

std::size_t estimate(const ClusterState& state) {
  return 4096 + estimate(state.vms) + estimate(state.networks) + estimate(state.volumes) + estimate(state.pools);
}

template <class T>
std::string write_object(const T& value, JsonForm form) {
  constexpr std::size_t typical = 768;
  Writer writer(typical);
  if (form == JsonForm::line) writer.object<one_line>(value);
  else writer.object<object_indent>(value);
  return std::move(writer).take();
}

}  // namespace

std::string write_document_to(const ClusterState& state, Sink& sink) {
  Digester digester;
  Writer writer(sink, digester);
  writer.document(state);
  const std::size_t digits_at = writer.digits_at();
  Digester token = writer.before_digits();
  std::string end = std::move(writer).take();
  if (state.lineage) {
    end.replace(digits_at, checksum_digits, text(digester.finish()));
    token.update(std::string_view(end).substr(digits_at));
  } else {
    token = digester;
  }
  sink.put(end);
  return std::string(text(token.finish()));
}

}  // namespace format

std::string write_document(const ClusterState& state) {
  format::Digester digester;
  format::Writer writer(format::estimate(state), state.lineage ? &digester : nullptr);
  writer.document(state);
  const std::size_t digits_at = writer.digits_at();
  std::string out = std::move(writer).take();
  if (state.lineage) out.replace(digits_at, format::checksum_digits, format::text(digester.finish()));
  return out;
}

std::string to_json(const VMInfo& vm, JsonForm form) { return format::write_object(vm, form); }
std::string to_json(const NetworkInfo& network, JsonForm form) { return format::write_object(network, form); }
std::string to_json(const VolumeInfo& volume, JsonForm form) { return format::write_object(volume, form); }
std::string to_json(const PoolInfo& pool, JsonForm form) { return format::write_object(pool, form); }

}  // namespace aihow::state::inline v0

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
char* put_compact(Buffer& out, char* at, std::string_view json) {
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (!in_string && (c == ' ' || c == '\n' || c == '\r' || c == '\t')) continue;
    if (c == '"') in_string = !in_string;
    at = out.put(at, c);
    if (in_string && c == '\\' && i + 1 < json.size()) at = out.put(at, json[++i]);
  }
  return at;
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

/// Writes values where they stand; `Indent` as in spelling.hpp, of the members of the object that is being written. Places as in Buffer.
class Writer {
 public:
  explicit Writer(std::size_t expected_bytes, Digester* digester = nullptr) : out_(expected_bytes, digester), digester_(digester) {}
  Writer(Sink& sink, Digester& digester) : out_(sink, &digester), digester_(&digester) {}

  // Of these one is called, once.

  template <int Indent, class T>
  std::string write_object(const T& value) {
    return std::move(out_).take(object<Indent>(out_.begin(), value));
  }
  /// All of it, or what the sink has not got.
  std::string write_document(const ClusterState& state) { return std::move(out_).take(document(out_.begin(), state)); }

  /// The offset of the checksum's digits in what write_document() returned, and the digest of all that stands before them.
  std::size_t digits_at() const noexcept { return digits_at_; }
  const Digester& before_digits() const noexcept { return before_digits_; }

 private:
  char* document(char* at, const ClusterState& state) {
    at = members<root_indent>(at, state);
    at = unknown<root_indent, ClusterState>(at, state.unknown);
    if (state.lineage) {
      at = out_.put(at, member_start<"aihow", root_indent, false>);
      at = members<aihow_indent>(at, Aihow{.revision = state.revision, .lineage = state.lineage, .checksum = {}, .unknown = {}});
      at = unknown<aihow_indent, Aihow>(at, state.unknown_in_aihow);
      at = out_.put(out_.put(at, line_start<0, shallower<aihow_indent>>), '}');
    }
    at = out_.put(out_.put(at, line_start<0, 0>), '}');
    return state.lineage ? out_.put(at, '\n') : at;
  }

  template <int Indent, class T>
  char* object(char* at, const T& value) {
    at = members<Indent>(at, value);
    at = unknown<Indent, T>(at, value.unknown);
    return out_.put(out_.put(at, line_start<0, shallower<Indent>>), '}');
  }

  template <int Indent, class T>
  char* members(char* at, const T& object) {
    Format<T>::List::for_each([&](auto member) {
      const auto& field = object.*member.pointer;
      if (!is_written<member.presence>(field)) return;
      constexpr bool first = member.name.view() == first_name(typename Format<T>::List{});
      at = value<Indent>(out_.put(at, member_start<member.name, Indent, first>), field);
    });
    return at;
  }

  template <int Indent, class T>
  char* unknown(char* at, const UnknownMembers& members) {
    if (members.empty()) return at;
    check_unknown<T>(members);
    for (const UnknownMember& member : members) {
      at = out_.put_quoted(out_.put(at, line_start<',', Indent>), member.name);
      if constexpr (Indent == one_line) at = put_compact(out_, out_.put(at, ':'), member.json);
      else at = out_.put(out_.put(at, ": "), member.json);
    }
    return at;
  }

  template <int Indent>
  char* value(char* at, const std::string& text) {
    return out_.put_quoted(at, text);
  }
  template <int Indent, class Integer>
  requires std::is_integral_v<Integer>
  char* value(char* at, Integer number) {
    if constexpr (std::is_same_v<Integer, bool>) return out_.put(at, number ? std::string_view("true") : std::string_view("false"));
    else return out_.put_integer(at, number);
  }
  template <int Indent>
  char* value(char* at, VMState state) {
    return word(at, to_string(state));
  }
  template <int Indent>
  char* value(char* at, Pending pending) {
    return word(at, to_string(pending));
  }
  template <int Indent>
  char* value(char* at, const Uuid& uuid) {
    at = out_.reserve(at, Uuid::chars + 2);
    uuid.to_chars(at + 1);
    at[0] = at[Uuid::chars + 1] = '"';
    return at + Uuid::chars + 2;
  }
  template <int Indent>
  char* value(char* at, const Timestamp& time) {
    at = out_.reserve(at, Timestamp::max_chars + 2);
    const std::size_t length = times_.write(time, at + 1);
    at[0] = at[length + 1] = '"';
    return at + length + 2;
  }
  template <int Indent>
  char* value(char* at, const Checksum&) {
    at = out_.put(at, '"');
    at = out_.hold(out_.put(at, checksum_prefix));
    digits_at_ = out_.size(at);
    if (digester_ != nullptr) before_digits_ = *digester_;
    return out_.put(out_.put(at, zeros), '"');
  }
  template <int Indent, class T>
  char* value(char* at, const std::optional<T>& maybe) {
    return maybe ? value<Indent>(at, *maybe) : out_.put(at, "null");
  }
  template <int Indent, class T>
  char* value(char* at, const std::vector<T>& list) {
    if (list.empty()) return out_.put(at, "[]");
    constexpr int inside = deeper<Indent>;
    at = out_.put(at, line_start<'[', inside>);
    for (const T& element : list) {
      if (&element != list.data()) at = out_.put(at, line_start<',', inside>);
      if constexpr (std::is_same_v<T, std::string>) at = value<inside>(at, element);
      else at = object<deeper<inside>>(at, element);
    }
    return out_.put(out_.put(at, line_start<0, Indent>), ']');
  }
  /// A word that needs no escapes.
  char* word(char* at, std::string_view text) {
    at = out_.reserve(at, text.size() + 2);
    *at++ = '"';
    at = std::copy(text.begin(), text.end(), at);
    *at = '"';
    return at + 1;
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
    bytes += Writer(typical).write_object<object_indent>(list[i * (list.size() / looked_at)]).size();
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
  if (form == JsonForm::line) return Writer(typical).write_object<one_line>(value);
  return Writer(typical).write_object<object_indent>(value);
}

}  // namespace

std::string write_document_to(const ClusterState& state, Sink& sink) {
  Digester digester;
  Writer writer(sink, digester);
  std::string end = writer.write_document(state);
  const std::size_t digits_at = writer.digits_at();
  Digester token = writer.before_digits();
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
  std::string out = writer.write_document(state);
  if (state.lineage) out.replace(writer.digits_at(), format::checksum_digits, format::text(digester.finish()));
  return out;
}

std::string to_json(const VMInfo& vm, JsonForm form) { return format::write_object(vm, form); }
std::string to_json(const NetworkInfo& network, JsonForm form) { return format::write_object(network, form); }
std::string to_json(const VolumeInfo& volume, JsonForm form) { return format::write_object(volume, form); }
std::string to_json(const PoolInfo& pool, JsonForm form) { return format::write_object(pool, form); }

}  // namespace aihow::state::inline v0

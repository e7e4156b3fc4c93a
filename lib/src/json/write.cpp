// SPDX-License-Identifier: MIT
// Writing: the tables of format.hpp unrolled into one buffer.
#include <fmt/format.h>
#include <aihow/state/json.hpp>
#include <algorithm>
#include "json/buffer.hpp"
#include "json/checksum.hpp"
#include "json/event_reader.hpp"
#include "json/format.hpp"

namespace aihow::state::inline v0 {
namespace format {
namespace {

constexpr std::string_view zeros = "00000000000000000000000000000000";
static_assert(zeros.size() == checksum_digits);

template <auto Name, bool Pretty>
constexpr auto member_prefix = [] {
  constexpr auto name = Name.view();
  std::array<char, name.size() + (Pretty ? 4 : 3)> out{};
  out[0] = '"';
  std::copy(name.begin(), name.end(), out.begin() + 1);
  out[name.size() + 1] = '"';
  out[name.size() + 2] = ':';
  if (Pretty) out[name.size() + 3] = ' ';
  return out;
}();

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

/// Pretty: as in the document, 2 blanks a level. Otherwise on one line.
template <bool Pretty>
class Writer {
 public:
  explicit Writer(std::size_t expected_bytes, int indent = 0) : out_(expected_bytes), indent_(indent) {}

  template <class T>
  void object(const T& value) {
    open('{');
    members(value);
    unknown<T>(value.unknown);
    close('}');
  }

  void document(const ClusterState& state) {
    open('{');
    members(state);
    unknown<ClusterState>(state.unknown);
    if (state.lineage) {
      separate();
      out_.put(Pretty ? "\"aihow\": " : "\"aihow\":");
      open('{');
      members(Aihow{.revision = state.revision, .lineage = state.lineage, .checksum = {}, .unknown = {}});
      unknown<Aihow>(state.unknown_in_aihow);
      close('}');
    }
    close('}');
    if (state.lineage) {
      out_.put('\n');
      out_.overwrite(digits_at_, text(digest(out_.view())));
    }
  }

  std::string take() && { return std::move(out_).take(); }

 private:
  void open(char bracket) {
    out_.put(bracket);
    indent_ += 2;
    first_ = true;
  }
  void close(char bracket) {
    indent_ -= 2;
    if constexpr (Pretty) {
      if (!first_) out_.new_line(indent_);
    }
    out_.put(bracket);
    first_ = false;
  }
  void separate() {
    if (!first_) out_.put(',');
    first_ = false;
    if constexpr (Pretty) out_.new_line(indent_);
  }

  template <class T>
  void members(const T& object) {
    Format<T>::List::for_each([&](auto member) {
      const auto& field = object.*member.pointer;
      if (!is_written<member.presence>(field)) return;
      separate();
      constexpr auto& prefix = member_prefix<member.name, Pretty>;
      out_.put(std::string_view(prefix.data(), prefix.size()));
      value(field);
    });
  }

  template <class T>
  void unknown(const UnknownMembers& members) {
    if (members.empty()) return;
    check_unknown<T>(members);
    for (const UnknownMember& member : members) {
      separate();
      out_.put_quoted(member.name);
      out_.put(Pretty ? ": " : ":");
      if constexpr (Pretty) out_.put(member.json);
      else put_compact(out_, member.json);
    }
  }

  void value(const std::string& text) { out_.put_quoted(text); }
  void value(std::int32_t number) { out_.put_integer(number); }
  void value(std::int64_t number) { out_.put_integer(number); }
  void value(std::uint64_t number) { out_.put_integer(number); }
  void value(bool flag) { out_.put(flag ? std::string_view("true") : std::string_view("false")); }
  void value(VMState state) { word(to_string(state)); }
  void value(Pending pending) { word(to_string(pending)); }
  void value(const Uuid& uuid) {
    const auto text = uuid.to_chars();
    word({text.data(), text.size()});
  }
  void value(const Timestamp& time) {
    out_.put('"');
    out_.reserve(Timestamp::max_chars);
    out_.advance(time.to_chars(out_.cursor()));
    out_.put('"');
  }
  void value(const Checksum&) {
    out_.put('"');
    out_.put(checksum_prefix);
    digits_at_ = out_.size();
    out_.put(zeros);
    out_.put('"');
  }
  template <class T>
  void value(const std::optional<T>& maybe) {
    if (maybe) value(*maybe);
    else out_.put("null");
  }
  template <class T>
  void value(const std::vector<T>& list) {
    open('[');
    for (const T& element : list) {
      separate();
      if constexpr (std::is_same_v<T, std::string>) value(element);
      else object(element);
    }
    close(']');
  }
  /// A word that needs no escapes.
  void word(std::string_view text) {
    out_.put('"');
    out_.put(text);
    out_.put('"');
  }

  Buffer out_;
  int indent_;
  bool first_ = true;
  std::size_t digits_at_ = 0;
};

/// About what the document will need: typical members at their usual length.
std::size_t estimate(const ClusterState& state) noexcept {
  return 1024 + 512 * state.vms.size() + 256 * (state.networks.size() + state.volumes.size() + state.pools.size());
}

template <class T>
std::string write_object(const T& value, int indent) {
  constexpr std::size_t typical = 768;
  if (indent < 0) {
    Writer<false> writer(typical);
    writer.object(value);
    return std::move(writer).take();
  }
  Writer<true> writer(typical, indent);
  writer.object(value);
  return std::move(writer).take();
}

}  // namespace
}  // namespace format

std::string write_document(const ClusterState& state) {
  format::Writer<true> writer(format::estimate(state));
  writer.document(state);
  return std::move(writer).take();
}

std::string to_json(const VMInfo& vm, int indent) { return format::write_object(vm, indent); }
std::string to_json(const NetworkInfo& network, int indent) { return format::write_object(network, indent); }
std::string to_json(const VolumeInfo& volume, int indent) { return format::write_object(volume, indent); }
std::string to_json(const PoolInfo& pool, int indent) { return format::write_object(pool, indent); }

}  // namespace aihow::state::inline v0

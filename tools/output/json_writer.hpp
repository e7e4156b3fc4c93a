// SPDX-License-Identifier: MIT
// JsonWriter: what a command has to say, as compact JSON. Rendering it for people or as YAML is output/render.hpp's.
#pragma once
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aihow::tool {

/// Text as a JSON string, quotes included. Beyond what JSON asks for, every character that is_control() names is escaped (a terminal may be
/// at the other end), and a byte that is not UTF-8 becomes U+FFFD.
std::string json_text(std::string_view text);

/// Writes values one after another; commas are its own business. Requires: calls that form one JSON value.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }

  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view text) { return raw(json_text(text)); }
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool yes) { return raw(yes ? "true" : "false"); }
  JsonWriter& value(std::nullptr_t) { return raw("null"); }
  template <std::integral Number>
  requires(!std::same_as<Number, bool>) JsonWriter& value(Number number) { return raw(std::to_string(number)); }
  template <class Value>
  JsonWriter& value(const std::optional<Value>& maybe) {
    return maybe ? value(*maybe) : value(nullptr);
  }
  /// About so many bytes will follow: they are then not copied as the text grows.
  JsonWriter& expect(std::size_t bytes) { return out_.reserve(out_.size() + bytes), *this; }
  /// JSON text as it is.
  JsonWriter& raw(std::string_view json);

  template <class Value>
  JsonWriter& member(std::string_view name, const Value& content) {
    return key(name).value(content);
  }

  const std::string& text() const noexcept { return out_; }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();

  std::string out_;
  bool first_ = true;  ///< nothing stands yet in the container that is open, or a key was just written
};

}  // namespace aihow::tool

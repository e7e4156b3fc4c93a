// SPDX-License-Identifier: MIT
#include "make_schema.hpp"
#include <algorithm>
#include <boost/json.hpp>
#include <span>
#include <stdexcept>
#include "json/slots.hpp"
#include "rules.hpp"

namespace aihow::test {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using state::format::Kind;
using state::format::Slot;

struct Named {
  const state::format::ObjectType* type;
  std::string_view name;
};
const std::array object_types{
    Named{&state::format::Described<state::VMInfo>::type, "vm"}, Named{&state::format::Described<state::NetworkInfo>::type, "network"},
    Named{&state::format::Described<state::VolumeInfo>::type, "volume"}, Named{&state::format::Described<state::PoolInfo>::type, "pool"},
    Named{&state::format::Described<state::format::Aihow>::type, "aihow"}};

value ref(std::string_view name) { return {{"$ref", "#/$defs/" + std::string(name)}}; }

value element_ref(const Slot& slot) {
  const auto found = std::find_if(object_types.begin(), object_types.end(), [&](const Named& row) { return row.type == slot.element; });
  if (found == object_types.end()) throw std::logic_error("an object type without a name: " + std::string(slot.name));
  return ref(found->name);
}

object integer(std::int64_t low, const value& high) { return {{"type", "integer"}, {"minimum", low}, {"maximum", high}}; }

array words_of_states() {
  array out;
  for (const state::VMState one : state::all_vm_states) out.push_back(value(to_string(one)));
  return out;
}

/// What follows from a member's type alone.
object schema_of(const Slot& slot) {
  switch (slot.kind) {
    case Kind::text:
    case Kind::checksum:
      return {{"type", "string"}};
    case Kind::optional_text:
      return {{"type", {"string", "null"}}};
    case Kind::int32:
    case Kind::int64:
      return integer(slot.range.low, slot.range.high);
    case Kind::uint64:
      return integer(0, std::numeric_limits<std::uint64_t>::max());
    case Kind::flag:
      return {{"type", "boolean"}};
    case Kind::vm_state:
      return {{"enum", words_of_states()}};
    case Kind::pending:
      return {{"enum", {to_string(state::Pending::create), to_string(state::Pending::remove)}}};
    case Kind::timestamp:
    case Kind::optional_timestamp:
      return {{"type", "string"}, {"$ref", "#/$defs/timestamp"}};
    case Kind::optional_uuid:
      return {{"type", "string"}, {"$ref", "#/$defs/uuid"}};
    case Kind::texts:
      return {{"type", "array"}, {"items", {{"type", "string"}}}};
    case Kind::objects:
      return {{"type", "array"}, {"items", element_ref(slot)}};
    case Kind::object:
      return element_ref(slot).as_object();
  }
  throw std::logic_error("a kind without a schema: " + std::string(slot.name));
}

template <class T>
object object_schema() {
  const auto& type = state::format::Described<T>::type;
  array required;
  object properties;
  for (const Slot& slot : std::span(type.slots, type.count)) {
    const auto rule = std::find_if(rules<T>.begin(), rules<T>.end(), [&](const Rule& row) { return row.member == slot.name; });
    if (rule == rules<T>.end()) throw std::logic_error("a member without a rule: " + std::string(slot.name));
    object schema{{"description", rule->description}};
    for (const auto& member : schema_of(slot)) schema.insert(member);
    object& target = slot.kind == Kind::texts ? schema["items"].as_object() : schema;
    const value more = boost::json::parse(rule->rule);
    for (const auto& member : more.as_object()) target[member.key()] = member.value();
    if (slot.required) required.push_back(value(slot.name));
    properties[slot.name] = std::move(schema);
  }
  if (properties.size() != rules<T>.size()) throw std::logic_error("a rule without a member: of " + std::string(type.noun));
  return {{"type", "object"}, {"required", std::move(required)}, {"properties", std::move(properties)}};
}

/// Short values on one line.
std::string print(const value& json, std::size_t indent) {
  constexpr std::size_t widest = 140;
  const auto spaced = [](const value& one, const auto& self) -> std::string {
    std::string out;
    const auto add = [&](const std::string& text) { out += (out.empty() ? "" : ", ") + text; };
    if (one.is_object()) {
      for (const auto& member : one.get_object()) add(boost::json::serialize(member.key()) + ": " + self(member.value(), self));
      return "{" + out + "}";
    }
    if (!one.is_array()) return boost::json::serialize(one);
    for (const auto& element : one.get_array()) add(self(element, self));
    return "[" + out + "]";
  };
  std::string line = spaced(json, spaced);
  if (!json.is_object() || (indent > 0 && indent + line.size() <= widest)) return line;
  std::string out;
  for (const auto& member : json.get_object()) {
    out += (out.empty() ? "{\n" : ",\n") + std::string(indent + 2, ' ') + boost::json::serialize(member.key()) + ": " +
           print(member.value(), indent + 2);
  }
  return out + "\n" + std::string(indent, ' ') + "}";
}

/// In Python `$` also stands before a final line break, which is none of ECMA-262's meaning: what follows it is the end for both.
void end_patterns(value& schema) {
  if (schema.is_array()) {
    for (value& element : schema.get_array()) end_patterns(element);
  } else if (schema.is_object()) {
    for (auto& member : schema.get_object()) {
      if (member.key() == "pattern" && member.value().get_string().ends_with('$')) member.value().get_string() += "(?!\n)";
      else end_patterns(member.value());
    }
  }
}

}  // namespace

std::string make_schema() {
  object out{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
             {"$id", "urn:libaihow:state:1"},
             {"title", "State of a VM cluster"},
             {"description",
              "The document that libaihow and ai-how keep, format version 1. Members that it does not name are kept. Beyond what a schema can say: "
              "names are "
              "unique in their list, no VM has another's address, numbers are written without fraction and exponent, no member occurs twice, lengths "
              "count the bytes of UTF-8."}};
  for (const auto& member : object_schema<state::format::Root>()) out.insert(member);
  object definitions_out{{"vm", object_schema<state::VMInfo>()},
                         {"network", object_schema<state::NetworkInfo>()},
                         {"volume", object_schema<state::VolumeInfo>()},
                         {"pool", object_schema<state::PoolInfo>()},
                         {"aihow", object_schema<state::format::Aihow>()}};
  for (const Definition& definition : definitions) definitions_out[definition.name] = boost::json::parse(definition.schema);
  out["$defs"] = std::move(definitions_out);
  value schema = std::move(out);
  end_patterns(schema);
  return print(schema, 0) + "\n";
}

}  // namespace aihow::test

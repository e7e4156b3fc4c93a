// SPDX-License-Identifier: MIT
// The document: loading, writing, checksum, validation, against what others' libraries take for the same.
#include <fmt/format.h>
#include <aihow/state/json.hpp>
#include <aihow/state/validate.hpp>
#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstring>
#include <random>
#include <vector>
#include "documents.hpp"
#include "json/checksum.hpp"
#include "json/reader.hpp"
#include "peers.hpp"
#include "table.hpp"

namespace {

using namespace aihow;
using namespace aihow::bench;

/// Bytes to models, and nothing else: the checksum is a row of its own.
state::ClusterState load(std::string_view bytes) {
  state::format::Root root;
  state::format::read(bytes, {}, root);
  root.revision = root.aihow->revision;
  root.lineage = root.aihow->lineage;
  return std::move(static_cast<state::ClusterState&>(root));
}

/// One input of a size, and what is made of it.
struct Subject {
  explicit Subject(std::size_t vms)
      : state(cluster(vms)),
        shuffled(in_any_order(state)),
        bytes(state::write_document(state)),
        other(relaid(bytes)),
        edited(bytes + " "),
        escaped(with_escaped_slashes(bytes)),
        indented(with_four_blanks(bytes)),
        copy(bytes.size()),
        simdjson(bytes) {}

  /// The same document on one line and with no order that could be foreseen: VMs' members come in another one than ours.
  static std::string relaid(const std::string& bytes);
  /// As other writers spell texts that hold a slash.
  static std::string with_escaped_slashes(const std::string& bytes);
  static std::string with_four_blanks(const std::string& bytes);
  /// Read from a document that has its lists in no order.
  static state::ClusterState in_any_order(state::ClusterState state);

  state::ClusterState state;
  state::ClusterState shuffled;
  std::string bytes;
  std::string other;
  std::string edited;  ///< own layout, with a blank at its end
  std::string escaped;
  std::string indented;
  std::vector<char> copy;
  Simdjson simdjson;
};

std::string Subject::relaid(const std::string& bytes) {
  auto value = boost::json::parse(bytes);
  for (auto& vm : value.at("vms").as_array()) {
    auto name = vm.as_object().at("name");
    vm.as_object().erase("name");
    vm.as_object().emplace("name", std::move(name));
  }
  return boost::json::serialize(value);
}

std::string Subject::with_escaped_slashes(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) {
    if (c == '/') out += '\\';
    out += c;
  }
  return out;
}

std::string Subject::with_four_blanks(const std::string& bytes) {
  std::string out;
  bool in_indent = true;
  for (const char c : bytes) {
    out.append(c == ' ' && in_indent ? 2 : 1, c);
    in_indent = c == '\n' || (in_indent && c == ' ');
  }
  return out;
}

state::ClusterState Subject::in_any_order(state::ClusterState state) {
  std::mt19937 random(7);
  std::shuffle(state.vms.begin(), state.vms.end(), random);
  std::shuffle(state.volumes.begin(), state.volumes.end(), random);
  for (auto& network : state.networks) std::shuffle(network.active_ips.begin(), network.active_ips.end(), random);
  return load(state::write_document(state));
}

std::vector<Row> rows(std::size_t vms) {
  const auto name = [&](std::string_view work) { return fmt::format("{}/{}", work, vms); };
  const auto work = [&](std::string_view text) { return fmt::format("{}, {} VMs", text, vms); };
  const bool all = vms == 100'000;
  return {
      {work("load, own layout"), name("load"), name("load simdjson"), all ? 0.60 : 0},
      {work("load, own layout"), name("load"), name("copy models"), 0},
      {work("load, another layout"), name("load other"), name("load simdjson"), all ? 1.60 : 0},
      {work("load, own layout and a blank"), name("load edited"), name("load simdjson"), all ? 1.60 : 0},
      {work("load, slashes escaped"), name("load escaped"), name("load simdjson"), 0},
      {work("load, indented by four"), name("load indented"), name("load simdjson"), all ? 1.60 : 0},
      {work("write"), name("write"), name("write rapidjson"), all ? 0.20 : 0},
      {work("write"), name("write"), name("write boost"), all ? 0.10 : 0},
      {work("write"), name("write"), name("write boost, monotonic"), 0},
      {work("checksum"), name("checksum"), name("load simdjson"), all ? 0.25 : 0},
      {work("validate"), name("validate"), name("load"), all ? 0.50 : 0},
      {work("validate, lists in no order"), name("validate shuffled"), name("load"), 0},
      {work("peer at its known speed: simdjson"), name("load simdjson"), name("memcpy"), all ? 12.0 : 0},
      {work("peer at its known speed: RapidJSON"), name("write rapidjson"), name("memcpy"), all ? 24.0 : 0},
      {work("peer at its known speed: Boost.JSON"), name("write boost"), name("memcpy"), all ? 50.0 : 0},
  };
}

void register_size(std::size_t vms, std::vector<Row>& table) {
  const auto subject = std::make_shared<Subject>(vms);
  if (!(subject->simdjson.load() == load(subject->bytes))) throw std::runtime_error("simdjson's walk reads another state");
  const auto name = [&](std::string_view work) { return fmt::format("{}/{}", work, vms); };
  add(name("memcpy"), [subject] { return std::memcpy(subject->copy.data(), subject->bytes.data(), subject->bytes.size()); });
  add(name("load"), [subject] { return load(subject->bytes); });
  add(name("copy models"), [subject] { return state::ClusterState(subject->state); });
  add(name("load other"), [subject] { return load(subject->other); });
  add(name("load edited"), [subject] { return load(subject->edited); });
  add(name("load escaped"), [subject] { return load(subject->escaped); });
  add(name("load indented"), [subject] { return load(subject->indented); });
  add(name("load simdjson"), [subject] { return subject->simdjson.load(); });
  add(name("write"), [subject] { return state::write_document(subject->state); });
  add(name("write rapidjson"), [subject] { return write_with_rapidjson(subject->state, subject->bytes.size()); });
  add(name("write boost"), [subject] { return write_with_boost(subject->state, 0); });
  add(name("write boost, monotonic"), [subject] { return write_with_boost(subject->state, 2 * subject->bytes.size()); });
  add(name("checksum"), [subject] { return state::format::digest(subject->bytes); });
  add(name("validate"), [subject] { return state::validate(subject->state); });
  add(name("validate shuffled"), [subject] { return state::validate(subject->shuffled); });
  for (Row& row : rows(vms)) table.push_back(std::move(row));
}

}  // namespace

int main(int argc, char** argv) {
  keep_memory();
  std::vector<Row> table;
  for (const std::size_t vms : {std::size_t{3}, std::size_t{1'000}, std::size_t{10'000}, std::size_t{100'000}}) register_size(vms, table);
  return run_table(argc, argv, table);
}

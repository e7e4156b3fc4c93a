// SPDX-License-Identifier: MIT
// State files of the existing Python tool: what is imported keeps the rules, and reads back from our own document.
#include <aihow/state/import.hpp>
#include <aihow/state/json.hpp>
#include <aihow/state/validate.hpp>
#include "target.hpp"

using namespace aihow::state;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ClusterState state;
  try {
    state = import_layout_2(bytes, "state.json");
  } catch (const Error& error) {
    const bool known = error.code() == errc::corrupt || error.code() == errc::invalid || error.code() == errc::unsupported_version;
    expect(known, "importing fails as corrupt, invalid, or another version");
    return 0;
  }
  expect(validate(state).empty(), "what was imported keeps the rules");
  expect(!state.lineage && state.revision == 0, "it was never committed");
  const std::string text = write_document(state);
  expect(read_document(text).state == state, "it reads back from a document");
  return 0;
}

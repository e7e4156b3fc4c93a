// SPDX-License-Identifier: MIT
// Documents: what is read can be written, reads back equal, and is only called valid where it is what was written.
#include <aihow/state/inspect.hpp>
#include <aihow/state/json.hpp>
#include <aihow/state/validate.hpp>
#include <algorithm>
#include <boost/json/parse.hpp>
#include <optional>
#include "json/event_reader.hpp"
#include "target.hpp"

using namespace aihow::state;

namespace {

constexpr std::string_view path = "state.json";

void check_error(const Error& error, std::string_view bytes) {
  const bool known = error.code() == errc::corrupt || error.code() == errc::unsupported_version;
  expect(known, "reading fails as corrupt or as a newer version");
  expect(error.path() == path, "an error names the file");
  expect(error.pointer().empty() || error.pointer().front() == '/', "a pointer begins with /");
  if (error.code() != errc::corrupt || bytes.empty()) return;
  const auto [file, pointer, line, column] = error.place();
  const auto lines = 1 + static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n'));
  expect(line >= 1 && line <= lines && column >= 1 && column <= bytes.size() + 1, "an error stands inside the document");
}

/// The general reader says the same, word for word, whichever way read_document() went.
void check_general(std::string_view bytes, const std::optional<Document>& document, const std::optional<Error>& error) {
  format::Root root;
  try {
    format::read_events(bytes, path, root);
  } catch (const Error& general) {
    expect(error.has_value(), "what the general reader refuses is refused");
    if (error->code() == errc::corrupt) expect(std::string_view(general.what()) == error->what(), "both readers have one error");
    return;
  }
  if (!document) {
    expect(error->code() == errc::unsupported_version, "what the general reader takes is taken, unless it is newer");
    return;
  }
  if (root.aihow) {
    root.revision = root.aihow->revision;
    root.lineage = root.aihow->lineage;
    root.unknown_in_aihow = root.aihow->unknown;
  }
  expect(static_cast<const ClusterState&>(root) == document->state, "both readers read the same");
}

/// The verdict agrees with reading and with the rules.
void check_verdict(std::string_view bytes, const Document& document) {
  const Inspection inspection = inspect_document(bytes, path);
  const bool keeps_rules = validate(document.state).empty();
  expect((inspection.verdict == Verdict::corrupt) == !keeps_rules, "a document that breaks rules is corrupt");
  expect(inspection.findings.empty() == keeps_rules, "and it is said which");
  expect((inspection.verdict == Verdict::valid) == (keeps_rules && document.integrity == Integrity::valid), "valid means the checksum fits");
  const auto lines = 1 + static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n'));
  for (const Finding& finding : inspection.findings)
    expect(finding.line >= 1 && finding.line <= lines && finding.column >= 1 && finding.column <= bytes.size(),
           "a finding stands inside the document");
}

void check_document(std::string_view bytes, const Document& document) {
  boost::json::parse_options options;
  options.max_depth = max_document_depth;
  boost::json::error_code failed;
  (void)boost::json::parse({bytes.data(), bytes.size()}, failed, {}, options);
  expect(!failed, "what is read is JSON");
  expect(document.token == document_token(bytes), "the token is of the bytes as they are");

  const std::string text = write_document(document.state);
  const Document again = read_document(text);
  expect(again.state == document.state, "what was written reads back equal");
  expect(write_document(again.state) == text, "and is written the same again");
  expect(again.integrity == (document.state.lineage ? Integrity::valid : Integrity::unsigned_), "what was written is valid");
  for (const VMInfo& vm : document.state.vms) expect(vm_from_json(to_json(vm, JsonForm::document)) == vm, "a VM alone reads back equal");

  check_verdict(bytes, document);
  if (document.integrity != Integrity::valid) return;
  // Every bit of every byte would be slow here: one, another one for each document.
  std::string flipped(bytes);
  const std::size_t bit = std::hash<std::string_view>{}(bytes) % (8 * bytes.size());
  flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
  try {
    expect(read_document(flipped).integrity != Integrity::valid, "a document with a flipped bit is not valid");
  } catch (const Error&) {
    return;  // that is as good
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::optional<Document> document;
  std::optional<Error> error;
  try {
    document = read_document(bytes, path);
  } catch (const Error& found) {
    error = found;
  }
  if (error) check_error(*error, bytes);
  else check_document(bytes, *document);
  if (!bytes.empty()) check_general(bytes, document, error);
  return 0;
}

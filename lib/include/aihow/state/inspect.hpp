// SPDX-License-Identifier: MIT
// Inspection: what is to be said of a document as it stands: valid, edited by hand, or corrupt and where.
#pragma once
#include <aihow/state/uuid.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aihow::state::inline v0 {

enum class Verdict : std::uint8_t {
  valid,        ///< as the library wrote it: the checksum matches
  edited,       ///< a valid document, not as the library wrote it: its checksum differs, or is missing
  unsigned_,    ///< a valid document that the library did not write: it has no `aihow` member
  corrupt,      ///< no document, or one that breaks rules
  unsupported,  ///< of a newer format version, or of the existing Python tool
  absent,       ///< there is no such file
};

/// `valid`, `edited`, `unsigned` …
constexpr std::string_view to_string(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::valid:
      return "valid";
    case Verdict::edited:
      return "edited";
    case Verdict::unsigned_:
      return "unsigned";
    case Verdict::corrupt:
      return "corrupt";
    case Verdict::unsupported:
      return "unsupported";
    case Verdict::absent:
      return "absent";
  }
  return "";
}

/// What is wrong, and where. Empty or zero: it has no place.
struct Finding {
  std::size_t line = 0;    ///< from 1
  std::size_t column = 0;  ///< from 1, in bytes
  std::string pointer;     ///< RFC 6901; control characters in names as `\u0001`
  std::string message;
  bool operator==(const Finding&) const = default;
};

/// What a document says of itself.
struct DocumentFacts {
  std::string cluster_name;
  std::string cluster_type;
  std::uint64_t revision = 0;
  std::optional<Uuid> lineage;  ///< nullopt: no store has committed it
  bool operator==(const DocumentFacts&) const = default;
};

/// So many findings are listed.
inline constexpr std::size_t max_findings = 1000;

struct Inspection {
  std::string path;
  Verdict verdict = Verdict::absent;
  std::vector<Finding> findings{};  ///< of a corrupt document: its first error of form, or the rules that it breaks; of an unsupported one why
  std::size_t more_findings = 0;    ///< broken rules beyond max_findings
  std::optional<DocumentFacts> document{};  ///< where its form is right
};

/// The verdict on these bytes. Pure. Throws only Error out_of_memory.
Inspection inspect_document(std::string_view bytes, std::string_view path = {});

/// The verdict on a file; one that does not exist is absent. Throws Error permission, io, out_of_memory.
Inspection inspect_file(std::string_view path);

}  // namespace aihow::state::inline v0

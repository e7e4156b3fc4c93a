// SPDX-License-Identifier: MIT
// Opening stores: locations, the registry that maps them to stores, and the built-in ones.
#pragma once
#include <aihow/state/state_store.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace aihow::state::inline v0 {

/// Bounds of a history. Beyond one of them the oldest records go. The newest one is always kept; a document that alone is larger than `max_bytes`
/// is not kept in it, only what changed.
struct HistoryLimits {
  std::uint64_t max_revisions = 1000;                 ///< at least 1
  std::uint64_t max_bytes = std::uint64_t{16} << 20;  ///< of the file
};

/// Options of opening a store. A location may carry some of them as a query: `file:/x/state.json?strict&history.max_revisions=100`.
struct StoreOptions {
  bool strict = false;      ///< refuse a document that was edited by hand (its checksum differs)
  bool no_locks = false;    ///< `lock=none`: write even where the file system has no working locks
  HistoryLimits history{};  ///< `history.max_revisions=N`, `history.max_bytes=N`: of a store in a file; one in memory keeps all
};

/// Opens the store at a location: `file:PATH`, `memory:NAME`, or a bare path (which is a file's). Does no I/O: a missing file is no error here.
/// Throws Error invalid (empty, an unknown scheme: the message lists the known ones; an unknown option), unsupported.
std::unique_ptr<StateStore> open_store(std::string_view location, const StoreOptions& options = {});

/// What a scheme's factory is called with: the location without scheme and query.
using StoreFactory = std::function<std::unique_ptr<StateStore>(std::string_view rest, const StoreOptions& options)>;

/// Adds a scheme (lower-case letters, digits, `+`; two characters or more). Throws Error invalid where it is malformed or taken.
/// Threads: any; takes effect for later open_store() calls.
void register_store(std::string_view scheme, StoreFactory factory);

/// The schemes that open_store() knows now, sorted.
std::vector<std::string> store_schemes();

/// The JSON file store at a path (design: the file beside which `.backup`, `.tmp`, `.history` and a hidden lock file lie).
std::unique_ptr<StateStore> make_json_file_store(std::string path, const StoreOptions& options = {});

/// A store in this process's memory. Stores of one name share one content, for as long as one of them lives; an empty name is private.
std::unique_ptr<StateStore> make_memory_store(std::string_view name = {});

}  // namespace aihow::state::inline v0

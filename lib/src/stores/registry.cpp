// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <aihow/state/memory_store.hpp>
#include <aihow/state/stores.hpp>
#include <map>
#include <mutex>
#include <stores/location.hpp>
#include <utility>

namespace aihow::state::inline v0 {
namespace {

struct Registry {
  std::mutex mutex;
  /// The only place that lists the built-in stores.
  std::map<std::string, StoreFactory, std::less<>> factories = {
      {"file", [](std::string_view rest, const StoreOptions& options) { return make_json_file_store(std::string(rest), options); }},
      {"memory", [](std::string_view rest, const StoreOptions&) { return make_memory_store(rest); }},
  };
};

Registry& registry() {
  static Registry instance;
  return instance;
}

/// An empty function where the scheme is not known.
StoreFactory find_factory(std::string_view scheme) {
  auto& known = registry();
  const std::lock_guard guard(known.mutex);
  const auto found = known.factories.find(scheme);
  return found == known.factories.end() ? StoreFactory{} : found->second;
}

}  // namespace

std::unique_ptr<StateStore> open_store(std::string_view location, const StoreOptions& options) {
  const Location parsed = parse_location(location, options);
  // A copy is called, without the mutex: a factory may open or register others.
  const StoreFactory factory = find_factory(parsed.scheme);
  if (!factory) {
    throw Error(errc::invalid, fmt::format("the location {:?} has the unknown scheme {:?}: known are {} (a file of that name is ./{})", location,
                                           parsed.scheme, fmt::join(store_schemes(), ", "), location));
  }
  auto store = factory(parsed.rest, parsed.options);
  if (!store) throw Error(errc::unsupported, fmt::format("the store behind {:?} could not be made: its factory gave none", location));
  return store;
}

void register_store(std::string_view scheme, StoreFactory factory) {
  if (!is_scheme(scheme)) {
    throw Error(errc::invalid, fmt::format("{:?} cannot be a scheme: lower-case letters, digits and '+', two characters or more", scheme));
  }
  if (!factory) throw Error(errc::invalid, fmt::format("the scheme {:?} needs a factory", scheme));
  auto& known = registry();
  const std::lock_guard guard(known.mutex);
  if (!known.factories.try_emplace(std::string(scheme), std::move(factory)).second) {
    throw Error(errc::invalid, fmt::format("the scheme {:?} is taken", scheme));
  }
}

std::vector<std::string> store_schemes() {
  auto& known = registry();
  const std::lock_guard guard(known.mutex);
  std::vector<std::string> names;
  for (const auto& [name, factory] : known.factories) names.push_back(name);
  return names;
}

std::unique_ptr<StateStore> make_memory_store(std::string_view name) { return std::make_unique<MemoryStore>(name); }

}  // namespace aihow::state::inline v0

// SPDX-License-Identifier: MIT
#include "c_calls.hpp"
#include <aihow/state/json.hpp>
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstring>

namespace aihow::capi_libvirt {

state::ClusterState read_state(const aihow_state* given) {
  aihow_text* json = nullptr;
  call(aihow_state_to_json, given, &json);
  const std::unique_ptr<aihow_text, decltype(&aihow_text_free)> owned(json, aihow_text_free);
  std::size_t length = 0;
  const char* const bytes = aihow_text_get(json, 0, &length);
  return state::read_document({bytes, length}).state;
}

aihow_uuid to_c(const std::optional<state::Uuid>& uuid) noexcept {
  aihow_uuid out{};
  if (uuid) std::copy(uuid->bytes.begin(), uuid->bytes.end(), out.bytes);
  return out;
}

void require_size(std::size_t size, std::size_t first, const char* argument) {
  constexpr std::size_t largest = std::size_t{64} * 1024;
  if (size >= first && size <= largest) return;
  throw Error(errc::invalid, std::string("the argument '") + argument + "' has the struct_size " + std::to_string(size) + "; set it to sizeof");
}

aihow_libvirt_options take(const aihow_libvirt_options* given) {
  aihow_libvirt_options options{};
  if (given == nullptr) return options;
  constexpr std::size_t first_size = offsetof(aihow_libvirt_options, reserved) + sizeof(int32_t);
  const std::size_t size = given->struct_size;
  require_size(size, first_size, "options");
  const auto* const bytes = reinterpret_cast<const unsigned char*>(given);
  if (std::any_of(bytes + std::min(size, sizeof *given), bytes + size, [](unsigned char byte) { return byte != 0; })) {
    throw Error(errc::invalid,
                "the argument 'options' uses members that this version of the library does not know; leave them zero, or use a newer library");
  }
  std::memcpy(&options, given, std::min(size, sizeof options));
  if (options.full != 0 && options.full != 1) throw Error(errc::invalid, "options.full is neither 0 nor 1");
  if (options.timeout_ms < 0) throw Error(errc::invalid, "options.timeout_ms is below 0");
  return options;
}

libvirt::ObserverOptions to_options(const aihow_libvirt_options& options) {
  libvirt::ObserverOptions out;
  if (options.uri != nullptr) out.uri = options.uri;
  if (options.timeout_ms > 0) out.hypervisor.timeout = std::chrono::milliseconds(options.timeout_ms);
  out.full = options.full == 1;
  return out;
}

}  // namespace aihow::capi_libvirt

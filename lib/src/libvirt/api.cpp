// SPDX-License-Identifier: MIT
#include "libvirt/api.hpp"
#include <dlfcn.h>
#include <fmt/format.h>
#include <aihow/state/error.hpp>
#include <memory>

namespace aihow::libvirt::inline v0 {
namespace {

using state::errc;
using state::Error;

struct Unload {
  void operator()(void* library) const noexcept { dlclose(library); }
};

template <class Function>
void find(void* library, const char* name, const char* library_name, Function*& out) {
  void* symbol = dlsym(library, name);
  if (symbol == nullptr) {
    throw Error(errc::unsupported,
                fmt::format("{} has no function {}: it is not libvirt 1.2.14 or later; install a newer libvirt", library_name, name));
  }
  out = reinterpret_cast<Function*>(symbol);
}

void ignore_error(void*, virErrorPtr) {}

Api initialized() {
  const Api out = load_api("libvirt.so.0");
  if (out.virInitialize() < 0) throw Error(errc::io, "libvirt cannot be initialized");
  out.virSetErrorFunc(nullptr, ignore_error);
  // It must stand before the first connection is opened; a loop of the program's own that stands already is kept by libvirt.
  if (out.virEventRegisterDefaultImpl() < 0) throw Error(errc::io, "libvirt's event loop cannot be registered");
  return out;
}

}  // namespace

Api load_api(const char* library) {
  std::unique_ptr<void, Unload> opened(dlopen(library, RTLD_NOW | RTLD_LOCAL));
  if (!opened) {
    const char* why = dlerror();
    throw Error(errc::unsupported,
                fmt::format("libvirt's library cannot be loaded: {}; install it (Debian: apt install libvirt0)", why != nullptr ? why : library));
  }
  Api out;
#define AIHOW_X(name) find(opened.get(), #name, library, out.name);
  AIHOW_LIBVIRT_FUNCTIONS(AIHOW_X)
#undef AIHOW_X
  // Never closed: libvirt keeps threads and per-thread data.
  static_cast<void>(opened.release());
  return out;
}

const Api& api() {
  static const Api table = initialized();
  return table;
}

}  // namespace aihow::libvirt::inline v0

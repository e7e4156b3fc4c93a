// SPDX-License-Identifier: MIT
// What libvirt's errors mean to our callers.
#pragma once
#include <aihow/state/error.hpp>
#include <string>
#include <string_view>

namespace aihow::libvirt::inline v0 {

/// A call to libvirt in words: the function, and what it is for ("start domain").
struct CallSite {
  std::string_view function;
  std::string_view doing;
  bool work = false;    ///< makes the daemon work: may take longer than an answer, as long as the daemon answers otherwise
  bool define = false;  ///< libvirt has no code of its own for "exists under another UUID"
};

/// libvirt's error as it stood on the thread of the call. A plain copy: virError belongs to its thread.
struct LibvirtError {
  int code = 0;
  int domain = 0;
  int number = 0;  ///< errno, where `code` is VIR_ERR_SYSTEM_ERROR
  std::string message;
};

state::errc classify(const CallSite& site, const LibvirtError& error) noexcept;

/// "cannot start domain hpc-controller at qemu:///system: …; what to do".
state::Error make_error(const CallSite& site, std::string_view object, std::string_view uri, const LibvirtError& error);

/// The call that did not return in time.
state::Error make_hang_error(const CallSite& site, std::string_view object, std::string_view uri, long long waited_ms);

}  // namespace aihow::libvirt::inline v0

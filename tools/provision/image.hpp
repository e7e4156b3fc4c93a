// SPDX-License-Identifier: MIT
// Looking at a base image before anything is built on it.
#pragma once
#include <cstdint>
#include <string>

namespace aihow::tool {

struct ImageInfo {
  std::string format;  ///< `qcow2` …, as probed
  std::uint64_t virtual_bytes = 0;
  std::string backing_file;  ///< empty: none
  std::string data_file;     ///< an external data file; empty: none
};

/// Asks `qemu-img info --backing-chain -U --output=json` under limits of CPU time, memory and time. Throws Error not_found, permission, invalid (not
/// an image, a broken chain, qemu-img's words), unsupported (qemu-img is not installed), timeout.
ImageInfo inspect_image(const std::string& path);

/// The rule for base images: qcow2, without backing or external data file. Throws Error invalid, with what to do (`--trust-image`).
/// `trusted` leaves out the rule about backing and data files.
void require_base_image(const std::string& path, const ImageInfo& info, bool trusted);

}  // namespace aihow::tool

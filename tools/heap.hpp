// SPDX-License-Identifier: MIT
// The heap of a program that runs for milliseconds.
#pragma once

namespace aihow::tool {

/// To be called first in main. Memory that was used once is used again rather than given back, and from where small documents end on it comes
/// in large pages, where the system has them (up to a few MiB): getting small ones one by one takes longer than reading what is put there. Nothing
/// depends on it.
void prepare_heap() noexcept;

}  // namespace aihow::tool

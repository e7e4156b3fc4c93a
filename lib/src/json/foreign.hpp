// SPDX-License-Identifier: MIT
// Documents that this version must not take for broken ones.
#pragma once
#include <string_view>

namespace aihow::state::inline v0::format {

/// Asked once reading has failed. Throws Error unsupported_version where the bytes are a newer major format of ours, or the layout of the
/// existing Python tool (its `state_file_version`); else returns.
void refuse_foreign(std::string_view bytes, std::string_view path);

}  // namespace aihow::state::inline v0::format

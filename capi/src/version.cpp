// SPDX-License-Identifier: MIT
#include <aihow/base.h>
#include <string_view>

#define AIHOW_TEXT_OF(x) #x
#define AIHOW_TEXT(x) AIHOW_TEXT_OF(x)

namespace {
constexpr const char version_text[] = AIHOW_TEXT(AIHOW_VERSION_MAJOR) "." AIHOW_TEXT(AIHOW_VERSION_MINOR) "." AIHOW_TEXT(AIHOW_VERSION_PATCH);
}
static_assert(std::string_view(version_text) == AIHOW_PROJECT_VERSION, "the header's version is not the project's");

extern "C" {

int32_t aihow_version(void) { return AIHOW_VERSION; }
const char* aihow_version_text(void) { return version_text; }
}

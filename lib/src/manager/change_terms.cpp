// SPDX-License-Identifier: MIT
#include <aihow/state/change_terms.hpp>
#include <utility>

namespace aihow::state::inline v0 {
namespace {

thread_local const ChangeTerms* innermost = nullptr;

}  // namespace

ChangeTerms::ChangeTerms(Values values) noexcept : values_(std::move(values)), outer_(std::exchange(innermost, this)) {}

ChangeTerms::~ChangeTerms() { innermost = outer_; }

const ChangeTerms::Values& ChangeTerms::current() noexcept {
  static const Values none;
  return innermost != nullptr ? innermost->values_ : none;
}

}  // namespace aihow::state::inline v0

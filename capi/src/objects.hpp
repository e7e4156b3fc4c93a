// SPDX-License-Identifier: MIT
// The small objects that handles stand for: texts, sinks, cancelling.
#pragma once
#include <aihow/base.h>
#include <stop_token>
#include <string>
#include <vector>
#include "handle.hpp"

namespace aihow::capi {

struct Text {
  using Handle = aihow_text;
  static constexpr Noun noun = Noun::text;
  static constexpr const char* name = "text";
  std::vector<std::string> texts;

  /// Takes a text over without needing memory: there is room for one.
  void set(std::string text) noexcept { texts.front() = std::move(text); }
  static Fresh<Text> of_one() { return Fresh<Text>(Text{std::vector<std::string>(1)}); }
};

struct Sink {
  using Handle = aihow_sink;
  static constexpr Noun noun = Noun::sink;
  static constexpr const char* name = "sink";
  std::string bytes;
};

struct Cancel {
  using Handle = aihow_cancel;
  static constexpr Noun noun = Noun::cancel;
  static constexpr const char* name = "cancel handle";
  Cancel() : token(source.get_token()) {}
  /// For a callback, which may only ask.
  explicit Cancel(std::stop_token asked) : source(std::nostopstate), token(std::move(asked)) {}
  std::stop_source source;
  std::stop_token token;
};

}  // namespace aihow::capi

// SPDX-License-Identifier: MIT
#include "commands/global_options.hpp"
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <cstdlib>
#include "commands/duration.hpp"
#include "commands/usage_error.hpp"

namespace aihow::tool {
namespace {

LogLevel level_from(const std::string& text, std::string_view source) {
  if (const auto level = log_level_from_string(text)) return *level;
  throw UsageError(fmt::format("{}: '{}' is no level; use {}", source, text, fmt::join(log_level_names, ", ")));
}

OutputForm form_from(const std::string& text) {
  const auto found = std::find(output_form_names.begin(), output_form_names.end(), text);
  if (found == output_form_names.end()) {
    throw UsageError(fmt::format("--output: '{}' is no form of output; use {}", text, fmt::join(output_form_names, ", ")));
  }
  return static_cast<OutputForm>(found - output_form_names.begin());
}

}  // namespace

std::optional<std::string> environment_variable(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

std::optional<std::chrono::milliseconds> duration_option(const CommandLine& line, Option option) {
  const auto text = line.value(option);
  if (!text) return std::nullopt;
  if (const auto duration = parse_duration(*text)) return duration;
  throw UsageError(
      fmt::format("--{}: '{}' is no duration; write 60, 60s, 500ms, 5m or 2h, at most {}h", spec(option).name, *text, max_duration.count()));
}

std::optional<std::chrono::seconds> seconds_option(const CommandLine& line, Option option) {
  const auto duration = duration_option(line, option);
  if (!duration) return std::nullopt;
  return std::chrono::ceil<std::chrono::seconds>(*duration);
}

GlobalOptions global_options(const CommandLine& line, const Environment& environment) {
  GlobalOptions out;
  const auto first_of = [&](Option option, std::initializer_list<std::string_view> variables) {
    std::optional<std::string> value = line.value(option);
    for (const std::string_view variable : variables) {
      if (!value) value = environment(variable);
    }
    return value;
  };
  out.state = first_of(Option::state, {"AI_HOW_STATE_FILE"}).value_or(out.state);
  out.connect = first_of(Option::connect, {"LIBVIRT_URI", "LIBVIRT_DEFAULT_URI"}).value_or(out.connect);
  out.connect_given = line.has(Option::connect);
  if (const auto form = line.value(Option::output)) out.output = form_from(*form);
  out.timeout = duration_option(line, Option::timeout).value_or(out.timeout);
  if (out.timeout.count() == 0) throw UsageError("--timeout: 0 would leave libvirt no time to answer");
  out.lock_timeout = duration_option(line, Option::lock_timeout).value_or(out.lock_timeout);

  if (const auto level = line.value(Option::log_level)) {
    out.level = out.log_level = level_from(*level, "--log-level");
  } else if (const auto variable = environment("AI_HOW_LOG_LEVEL")) {
    out.level = out.log_level = level_from(*variable, "AI_HOW_LOG_LEVEL");
  }
  if (line.has(Option::verbose)) out.level = LogLevel::debug;
  out.log_file = line.value(Option::log_file).value_or("");
  out.no_color = line.has(Option::no_color) || environment("NO_COLOR").has_value();
  out.yes = line.has(Option::yes);
  out.non_interactive = line.has(Option::non_interactive);
  return out;
}

}  // namespace aihow::tool

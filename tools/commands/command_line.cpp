// SPDX-License-Identifier: MIT
#include "commands/command_line.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <boost/program_options.hpp>
#include "commands/suggest.hpp"
#include "commands/usage_error.hpp"

namespace aihow::tool {
namespace {

namespace po = boost::program_options;

po::options_description description() {
  po::options_description out;
  for (const OptionSpec& option : option_table) {
    std::string name(option.name);
    if (option.letter != 0) name += std::string(",") + option.letter;
    out.add_options()(name.c_str(), new po::untyped_value(option.argument.empty()));  // the description owns it
  }
  return out;
}

std::string unknown(const std::string& given) {
  std::vector<std::string_view> names;
  for (const OptionSpec& option : option_table) names.push_back(option.name);
  const std::string shown = given.substr(0, given.find('='));
  const auto near = suggest(std::string_view(shown).substr(std::min(shown.find_first_not_of('-'), shown.size())), names);
  return fmt::format("unknown option '{}'", shown) + (near ? fmt::format("; did you mean '--{}'?", *near) : "");
}

// An option whose argument may be left out never takes the next word: the library would.
std::pair<std::string, std::string> imply(const std::string& word) {
  for (const OptionSpec& option : option_table) {
    if (!option.implied.empty() && word == "--" + std::string(option.name)) return {std::string(option.name), std::string(option.implied)};
  }
  return {};
}

const OptionSpec& find(const std::string& name) {
  return *std::find_if(option_table.begin(), option_table.end(), [&](const OptionSpec& option) { return option.name == name; });
}

}  // namespace

std::optional<std::string> CommandLine::value(Option option) const {
  const auto found = options.find(option);
  if (found == options.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

CommandLine parse_command_line(const std::vector<std::string>& arguments) {
  namespace style = po::command_line_style;
  const po::options_description known = description();
  CommandLine out;
  try {
    const auto parsed = po::command_line_parser(arguments).options(known).extra_parser(imply).style(style::unix_style & ~style::allow_guessing).run();
    for (const po::option& given : parsed.options) {
      if (given.string_key.empty()) {
        out.words.insert(out.words.end(), given.value.begin(), given.value.end());
        continue;
      }
      const OptionSpec& option = find(given.string_key);
      const std::string value = given.value.empty() ? std::string() : given.value.front();
      if (!option.argument.empty() && value.empty()) {
        throw UsageError(fmt::format("option '--{}' needs a value: --{} {}", option.name, option.name, option.argument));
      }
      if (option.option == Option::json) {
        out.options.insert_or_assign(Option::output, "json");
      } else {
        out.options.insert_or_assign(option.option, value);
      }
    }
  } catch (const po::unknown_option& error) {
    throw UsageError(unknown(error.get_option_name()));
  } catch (const po::invalid_command_line_syntax& error) {
    throw UsageError(error.what());
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }
  return out;
}

}  // namespace aihow::tool

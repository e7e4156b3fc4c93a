// SPDX-License-Identifier: MIT
#include "commands/exit_code.hpp"
#include <array>
#include <new>
#include <utility>
#include "commands/usage_error.hpp"
#include "config/load.hpp"
#include "provision/operations.hpp"

namespace aihow::tool {
namespace {

using state::errc;

constexpr std::array codes{
    std::pair{errc::not_found, ExitCode::not_found},    std::pair{errc::invalid, ExitCode::failed},
    std::pair{errc::corrupt, ExitCode::corrupt},        std::pair{errc::unsupported_version, ExitCode::corrupt},
    std::pair{errc::conflict, ExitCode::conflict},      std::pair{errc::locked, ExitCode::locked},
    std::pair{errc::permission, ExitCode::permission},  std::pair{errc::io, ExitCode::system},
    std::pair{errc::outcome_unknown, ExitCode::system}, std::pair{errc::unreachable, ExitCode::system},
    std::pair{errc::timeout, ExitCode::system},         std::pair{errc::cancelled, ExitCode::failed},
    std::pair{errc::unsupported, ExitCode::failed},     std::pair{errc::out_of_memory, ExitCode::system},
};

// An operation that failed in an orderly way failed, unless the world or the permissions were the cause.
constexpr std::array operation_codes{
    std::pair{errc::unreachable, ExitCode::system},
    std::pair{errc::io, ExitCode::system},
    std::pair{errc::permission, ExitCode::permission},
};

template <class Table>
ExitCode look_up(const Table& table, errc code) noexcept {
  for (const auto& [cause, exit] : table) {
    if (cause == code) return exit;
  }
  return ExitCode::failed;
}

ExitCode exit_code(const std::error_code& code) noexcept {
  for (const auto& [cause, exit] : codes) {
    if (code == state::make_error_condition(cause)) return exit;
  }
  return code == std::errc::permission_denied || code == std::errc::operation_not_permitted ? ExitCode::permission : ExitCode::system;
}

}  // namespace

ExitCode exit_code(errc code) noexcept { return look_up(codes, code); }

Ending explain(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const UsageError& error) {
    return {ExitCode::usage, error.what(), error.see()};
  } catch (const ConfigError& error) {
    return {ExitCode::failed, error.what(), {}};
  } catch (const OperationFailed& error) {
    return {error.cause() ? look_up(operation_codes, *error.cause()) : ExitCode::failed, error.what(), {}};
  } catch (const std::system_error& error) {
    return {exit_code(error.code()), error.what(), {}};
  } catch (const std::bad_alloc&) {
    return {ExitCode::system, "out of memory", {}};
  } catch (const std::exception& error) {
    return {ExitCode::failed, error.what(), {}};
  } catch (...) {
    return {ExitCode::failed, "an error of unknown kind", {}};
  }
}

}  // namespace aihow::tool

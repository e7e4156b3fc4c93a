// SPDX-License-Identifier: MIT
// Session: what a command is run with.
#pragma once
#include <aihow/libvirt/observer.hpp>
#include <aihow/state/manager.hpp>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>
#include "commands/command.hpp"
#include "commands/global_options.hpp"
#include "commands/view.hpp"
#include "output/console.hpp"
#include "output/standard_output.hpp"
#include "provision/operations.hpp"

namespace aihow::tool {

class Session {
 public:
  Session(const Command& command, const CommandLine& line, std::vector<std::string> arguments, const GlobalOptions& options, Console& console,
          StandardOutput& out, std::stop_token stop)
      : command_(command), line_(line), arguments_(std::move(arguments)), options_(options), console_(console), out_(out), stop_(std::move(stop)) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const Command& command() const noexcept { return command_; }
  const CommandLine& line() const noexcept { return line_; }
  const GlobalOptions& options() const noexcept { return options_; }
  Console& console() const noexcept { return console_; }
  const std::stop_token& stop() const noexcept { return stop_; }
  const std::vector<std::string>& arguments() const noexcept { return arguments_; }

  /// The value of --cluster; empty: any.
  std::string cluster_name() const { return line_.value(Option::cluster).value_or(""); }
  /// What stop, restart and destroy give a guest.
  std::chrono::seconds shutdown_timeout() const;

  /// The manager of the state that the options name; what it notices is shown.
  state::ClusterStateManager open_state() const;
  /// The world of an operation on that state.
  World world(state::ClusterStateManager& manager) const;
  libvirt::HypervisorOptions hypervisor_options() const;
  /// What a look at all of the state's hypervisors is made with.
  libvirt::ObserverOptions observer_options(state::ClusterStateManager& manager) const;

  /// Progress is over; the view goes to standard output. Throws Error io.
  void show(const View& view) const;
  /// The same for a text as it is: lines as they come.
  void write(std::string_view text) const;
  /// An error line for each hypervisor that did not answer, with what that means; the exit code that this makes.
  ExitCode tell_unreachable(const std::vector<state::Unreachable>& unreachable, std::string_view so) const;

 private:
  std::string uri_for(state::ClusterStateManager& manager) const;

  const Command& command_;
  const CommandLine& line_;
  std::vector<std::string> arguments_;
  const GlobalOptions& options_;
  Console& console_;
  StandardOutput& out_;
  std::stop_token stop_;
};

/// The state that stands; Throws Error not_found where none does, saying how one is made or brought back.
state::SnapshotPtr require_state(state::ClusterStateManager& manager);
state::Error no_state(const std::string& location);

}  // namespace aihow::tool

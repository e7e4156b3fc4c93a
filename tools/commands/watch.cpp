// SPDX-License-Identifier: MIT
// watch: what libvirt tells, recorded as it comes and printed one per line.
#include <fmt/format.h>
#include "commands/cluster_view.hpp"
#include "commands/session.hpp"
#include "output/escape.hpp"
#include "output/render.hpp"

namespace aihow::tool {
namespace {

using Kind = state::WatchEvent::Kind;

std::string text_of(const state::WatchEvent& event) {
  const auto since = [&] { return event.since ? event.since->to_string() : std::string(); };
  switch (event.kind) {
    case Kind::changed:
      return sentence(event.difference) + (event.revision == 0 ? "; not recorded" : "");
    case Kind::connected:
      return fmt::format("{}: events from now on{}", event.hypervisor,
                         event.since ? fmt::format("; what happened since {} is looked for", since()) : "");
    case Kind::lost:
      return fmt::format("{}: no events for now: {}", event.hypervisor, event.text);
    case Kind::resynced:
      return fmt::format("{}: looked at after a gap since {}", event.hypervisor, since());
    case Kind::stranger:
    case Kind::failed:
      break;
  }
  return event.text;
}

std::string json_of(const state::WatchEvent& event) {
  const auto or_null = [](const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); };
  const bool is_change = event.kind == Kind::changed;
  const state::Difference& difference = event.difference;
  JsonWriter out;
  out.begin_object().member("time", event.when.to_string()).member("event", to_string(event.kind));
  out.member("hypervisor", or_null(event.hypervisor));
  out.member("kind", is_change ? std::optional(std::string(to_string(difference.kind))) : std::nullopt).member("name", or_null(difference.name));
  out.member("field", or_null(difference.field)).member("expected", is_change ? std::optional(difference.expected) : std::nullopt);
  out.member("found", is_change ? std::optional(difference.found) : std::nullopt);
  out.member("reason", or_null(is_change ? difference.reason : event.text));
  const std::optional<state::Timestamp> since = is_change ? difference.since : event.since;
  out.member("since", since ? std::optional(since->to_string()) : std::nullopt);
  out.member("revision", event.revision != 0 ? std::optional(event.revision) : std::nullopt).end_object();
  return out.text();
}

std::string line_of(const state::WatchEvent& event, OutputForm form) {
  switch (form) {
    case OutputForm::json:
      return json_of(event) + "\n";
    case OutputForm::yaml:
      return "---\n" + yaml(json_of(event));
    case OutputForm::name:
      return event.kind == Kind::changed ? fmt::format("{}/{}\n", to_string(event.difference.kind), escape(event.difference.name)) : "";
    default:
      return fmt::format("{}  {}\n", event.when.to_string(), escape(text_of(event)));
  }
}

}  // namespace

ExitCode run_watch(Session& session) {
  state::WatchOptions options;
  options.timeout = session.options().timeout;
  options.resync = duration_option(session.line(), Option::resync).value_or(options.resync);
  options.min_interval = duration_option(session.line(), Option::min_interval).value_or(options.min_interval);
  state::ClusterStateManager manager = session.open_state();
  require_state(manager);
  const libvirt::ObserverOptions world = session.observer_options(manager);
  const auto observer = libvirt::make_observer(world);
  const auto events = libvirt::make_event_source(world);
  manager.watch(
      *observer, *events, [&](const state::WatchEvent& event) { session.write(line_of(event, session.options().output)); }, options, session.stop());
  return ExitCode::done;
}

}  // namespace aihow::tool

// SPDX-License-Identifier: MIT
#include "libvirt/host_events.hpp"
#include <fmt/format.h>
#include <aihow/state/error.hpp>
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <new>
#include <system_error>
#include <utility>
#include <vector>
#include "libvirt/connection.hpp"
#include "libvirt/lifecycle_event.hpp"
#include "libvirt/object_call.hpp"
#include "libvirt/strings.hpp"
#include "signals_blocked.hpp"

namespace aihow::libvirt::inline v0 {
namespace {

using namespace std::chrono_literals;
using state::errc;
using state::Error;
using state::Timestamp;
using state::VMState;
using state::WorldEvent;
using std::chrono::milliseconds;

constexpr CallSite register_site{"virConnectDomainEventRegisterAny", "ask for the events of"};
constexpr CallSite deregister_site{"virConnectDomainEventDeregisterAny", "ask for no more events of"};
constexpr CallSite state_site{"virDomainGetState", "ask for the state of domain"};

constexpr milliseconds first_pause = 200ms;
constexpr milliseconds longest_pause = 10s;
// How often a connection that says nothing is looked at: the transport tells of its end by itself, mostly.
constexpr milliseconds look_period = 1s;
// Why a domain is in its state is good to know, and not worth holding up its events.
constexpr milliseconds state_patience = 500ms;
// So long may taking leave of a daemon take.
constexpr milliseconds leave_patience = 300ms;

/// An event as it came.
struct RawEvent {
  Timestamp when;
  std::shared_ptr<void> domain;  ///< nullptr: of something else
  std::string name;
  Uuid uuid;
  int event = 0;
  int detail = 0;
};

}  // namespace

class EventInbox {
 public:
  EventInbox(const Api& api, std::shared_ptr<Connection> connection) : api_(api), connection_(std::move(connection)) {}

  void put(RawEvent event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
    changed_.notify_one();
  }
  void close(std::string why) {
    const std::lock_guard lock(mutex_);
    if (!closed_) closed_ = std::move(why);
    changed_.notify_one();
  }
  std::vector<RawEvent> take(milliseconds patience, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, patience, [this] { return !events_.empty() || closed_; });
    return std::exchange(events_, {});
  }
  /// Why the connection ended; nullopt: it has not.
  std::optional<std::string> closed() {
    const std::lock_guard lock(mutex_);
    return events_.empty() ? closed_ : std::nullopt;
  }
  /// No more is taken in: what holds the connection goes.
  void shut() {
    const std::lock_guard lock(mutex_);
    shut_ = true;
    events_.clear();
    connection_.reset();
  }

  /// On libvirt's event loop.
  void domain_event(virDomainPtr domain, int event, int detail) {
    RawEvent out{.when = Timestamp::now(),
                 .domain = nullptr,
                 .name = text_or_empty(api_.virDomainGetName(domain)),
                 .uuid = {},
                 .event = event,
                 .detail = detail};
    if (api_.virDomainGetUUID(domain, out.uuid.bytes.data()) < 0) return;
    const std::lock_guard lock(mutex_);
    if (shut_) return;
    if (api_.virDomainRef(domain) == 0) {
      out.domain =
          std::shared_ptr<void>(domain, [&api = api_, connection = connection_](void* held) { api.virDomainFree(static_cast<virDomainPtr>(held)); });
    }
    events_.push_back(std::move(out));
    changed_.notify_one();
  }

 private:
  const Api& api_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::shared_ptr<Connection> connection_;
  std::vector<RawEvent> events_;
  std::optional<std::string> closed_;
  bool shut_ = false;
};

namespace {

using Inbox = std::shared_ptr<EventInbox>;

// libvirt's callbacks: it holds a shared pointer for each, and hands it back to be freed. What they throw must not go through libvirt: where
// memory is out the connection counts as broken, and what was missed is looked for.
template <class Body>
void into(void* inbox, const Body& body) noexcept {
  EventInbox& box = **static_cast<Inbox*>(inbox);
  try {
    body(box);
  } catch (...) {
    box.close({});
  }
}
int on_domain_event(virConnectPtr, virDomainPtr domain, int event, int detail, void* inbox) noexcept {
  into(inbox, [&](EventInbox& box) { box.domain_event(domain, event, detail); });
  return 0;
}
void on_network_event(virConnectPtr, virNetworkPtr, int, int, void* inbox) noexcept {
  into(inbox, [](EventInbox& box) { box.put({.when = Timestamp::now(), .domain = nullptr, .name = {}, .uuid = {}, .event = -1}); });
}
std::string_view close_reason(int reason) noexcept {
  switch (reason) {
    case VIR_CONNECT_CLOSE_REASON_EOF:
      return "the daemon ended the connection, or ended itself";
    case VIR_CONNECT_CLOSE_REASON_KEEPALIVE:
      return "the daemon did not answer keep-alive messages";
    case VIR_CONNECT_CLOSE_REASON_CLIENT:
      return "the connection was closed on this side";
    default:
      return "the connection broke";
  }
}
void on_close(virConnectPtr, int reason, void* inbox) noexcept {
  into(inbox, [&](EventInbox& box) { box.close(std::string(close_reason(reason))); });
}
void free_inbox(void* inbox) noexcept { delete static_cast<Inbox*>(inbox); }

/// A registration with libvirt: `call(opaque)` returns below 0 where it was refused, and then nobody frees what it was given.
template <class Call>
int registered(const Inbox& inbox, const Call& call) {
  auto held = std::make_unique<Inbox>(inbox);
  const int id = call(held.get());
  if (id >= 0) static_cast<void>(held.release());
  return id;
}

/// The registrations of one connection.
class Registrations {
 public:
  Registrations(const std::shared_ptr<Connection>& connection, Inbox inbox) : connection_(connection), inbox_(std::move(inbox)) {
    const auto ids = connection->call(register_site, connection->uri(), [inbox = inbox_, close_inbox = close_inbox_](const Caller& caller) {
      const Api& api = caller.api();
      Ids out;
      out.domains = caller.check(registered(inbox, [&](void* opaque) {
        return api.virConnectDomainEventRegisterAny(caller.handle(), nullptr, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                                    VIR_DOMAIN_EVENT_CALLBACK(on_domain_event), opaque, free_inbox);
      }));
      // Not every driver has these.
      out.networks = registered(inbox, [&](void* opaque) {
        return api.virConnectNetworkEventRegisterAny(caller.handle(), nullptr, VIR_NETWORK_EVENT_ID_LIFECYCLE,
                                                     VIR_NETWORK_EVENT_CALLBACK(on_network_event), opaque, free_inbox);
      });
      // A driver that has no such callback says that it took it, and forgets it: so it is ours to free.
      static_cast<void>(api.virConnectRegisterCloseCallback(caller.handle(), on_close, close_inbox.get(), nullptr));
      return out;
    });
    ids_ = ids;
  }
  Registrations(const Registrations&) = delete;
  Registrations& operator=(const Registrations&) = delete;
  /// libvirt holds the connection for each of them.
  ~Registrations() {
    inbox_->shut();
    try {
      const CallScope scope(Clock::now() + leave_patience, {});
      connection_->call(deregister_site, connection_->uri(), [ids = ids_, close_inbox = close_inbox_](const Caller& caller) {
        const Api& api = caller.api();
        static_cast<void>(api.virConnectDomainEventDeregisterAny(caller.handle(), ids.domains));
        if (ids.networks >= 0) static_cast<void>(api.virConnectNetworkEventDeregisterAny(caller.handle(), ids.networks));
        static_cast<void>(api.virConnectUnregisterCloseCallback(caller.handle(), on_close));
      });
    } catch (const std::exception&) {
      // A daemon that hangs keeps them; the connection is left behind with it, and what it may still call is kept for good.
      static_cast<void>(new (std::nothrow) std::shared_ptr<Inbox>(close_inbox_));
    }
  }

 private:
  struct Ids {
    int domains = -1;
    int networks = -1;
  };
  std::shared_ptr<Connection> connection_;
  Inbox inbox_;
  std::shared_ptr<Inbox> close_inbox_ = std::make_shared<Inbox>(inbox_);
  Ids ids_;
};

/// What libvirt says now of the domain's state: where it is the event's, it knows the reason best. A domain that is gone is not off.
void ask_reason(const std::shared_ptr<Connection>& connection, const RawEvent& raw, WorldEvent& event) {
  if (!raw.domain) return;
  try {
    const CallScope scope(Clock::now() + state_patience, CallScope::stop());
    const auto [number, reason] = call_on<virDomain>(connection, raw.domain, state_site, raw.name, [](const Caller& caller, virDomainPtr domain) {
      std::pair<int, int> out;
      caller.check(caller.api().virDomainGetState(domain, &out.first, &out.second, 0));
      return out;
    });
    if (state::vm_state_from_libvirt(number) == event.state) event.state_reason = reason_to_string(number, reason);
  } catch (const Error& error) {
    if (error.code() != errc::not_found || event.state != VMState::SHUTOFF) return;
    event.state = VMState::UNDEFINED;
    event.state_reason.clear();
  }
}

WorldEvent meaning(const std::shared_ptr<Connection>& connection, const RawEvent& raw) {
  WorldEvent out;
  out.when = raw.when;
  const auto means = raw.event < 0 ? std::nullopt : meaning_of(raw.event, raw.detail);
  if (!means) return out;
  out.kind = WorldEvent::Kind::vm;
  out.domain_name = raw.name;
  out.domain_uuid = raw.uuid;
  out.state = means->state;
  out.state_reason = means->reason;
  ask_reason(connection, raw, out);
  return out;
}

}  // namespace

HostEvents::HostEvents(std::string uri, HypervisorOptions options, state::EventSource::Sink sink)
    : uri_(std::move(uri)), options_(std::move(options)), sink_(std::move(sink)) {
  try {
    const state::detail::SignalsBlocked blocked;
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  } catch (const std::system_error& error) {
    throw Error(errc::io, std::string("no thread can be made for libvirt's events: ") + error.what());
  }
}

void HostEvents::tell(WorldEvent event) const {
  event.hypervisor = uri_;
  sink_(std::move(event));
}

void HostEvents::tell_lost(std::string why) {
  try {
    WorldEvent event;
    event.kind = WorldEvent::Kind::lost;
    event.when = Timestamp::now();
    event.why = std::move(why);
    tell(std::move(event));
    told_lost_ = true;
  } catch (const std::bad_alloc&) {
    // It is told after the next try.
  }
}

void HostEvents::run(const std::stop_token& stop) {
  pause_ = first_pause;
  while (!stop.stop_requested()) {
    std::string why;
    try {
      // It must run before the first connection is opened.
      if (!loop_) loop_.emplace(api());
      why = session(stop);
    } catch (const Error& error) {
      why = error.what();
    } catch (const std::bad_alloc&) {
      why = "out of memory";
    }
    if (stop.stop_requested()) break;
    if (!told_lost_) tell_lost(why.empty() ? "events were lost" : std::move(why));
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any never;
    never.wait_for(lock, stop, pause_, [] { return false; });
    pause_ = std::min(pause_ * 2, longest_pause);
  }
  loop_.reset();
}

std::string HostEvents::session(const std::stop_token& stop) {
  const CallScope scope(Clock::time_point::max(), stop);
  const Hypervisor hypervisor = Hypervisor::open(uri_, options_);
  const std::shared_ptr<Connection>& connection = Access::connection(hypervisor);
  const auto inbox = std::make_shared<EventInbox>(connection->api(), connection);
  const Registrations registrations(connection, inbox);
  told_lost_ = false;
  WorldEvent connected;
  connected.kind = WorldEvent::Kind::connected;
  connected.when = Timestamp::now();
  tell(std::move(connected));
  const auto since = Clock::now();
  while (true) {
    for (const RawEvent& raw : inbox->take(look_period, stop)) tell(meaning(connection, raw));
    if (stop.stop_requested()) return {};
    // One that breaks at once, again and again, is not worth a try every moment.
    if (Clock::now() - since > longest_pause) pause_ = first_pause;
    if (auto why = inbox->closed()) return std::move(*why);
    if (!hypervisor.alive()) return "the connection broke";
  }
}

}  // namespace aihow::libvirt::inline v0

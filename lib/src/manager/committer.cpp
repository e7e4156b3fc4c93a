// SPDX-License-Identifier: MIT
#include "committer.hpp"
#include <aihow/state/identity.hpp>
#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>
#include "missing_record.hpp"
#include "operation_lock.hpp"
#include "past.hpp"
#include "record.hpp"

namespace aihow::state::inline v0 {
namespace {

using Clock = std::chrono::steady_clock;

const ClusterState nothing;

/// Makes `next` the snapshot of what was committed. Allocates nothing: after a commit nothing may fail any more.
void settle(Snapshot& next, CommitResult& result, const Commit& commit) noexcept {
  if (result.version) next.version = std::move(*result.version);
  next.commit_id = commit.id;
  next.highest = std::max(result.highest, next.state.revision);
}

}  // namespace

Context io_context(std::stop_token stop) {
  constexpr std::chrono::seconds patience{30};
  return within(patience, std::move(stop));
}

Committer::Turn::Turn(Committer& committer, Clock::time_point deadline, const std::stop_token& stop) : committer_(committer) {
  if (committer.changing_.load() == std::this_thread::get_id()) {
    throw Error(errc::invalid, "a change cannot start another change of the same state: make both in one transaction", {.path = committer.location_});
  }
  std::unique_lock lock(committer.turn_mutex_);
  if (!committer.turn_over_.wait_until(lock, stop, deadline, [&] { return !committer.turn_taken_; })) {
    if (stop.stop_requested()) throw Error(errc::cancelled, "cancelled while another thread changes the state", {.path = committer.location_});
    throw Error(errc::locked, "another thread of this process was changing the state until the deadline: try again", {.path = committer.location_});
  }
  committer.turn_taken_ = true;
  committer.changing_.store(std::this_thread::get_id());
}

Committer::Turn::~Turn() {
  committer_.changing_.store({});
  {
    const std::lock_guard lock(committer_.turn_mutex_);
    committer_.turn_taken_ = false;
  }
  committer_.turn_over_.notify_one();
}

Clock::time_point Committer::deadline() const {
  constexpr std::chrono::milliseconds longest = std::chrono::hours(24 * 365);
  return Clock::now() + std::clamp(ChangeTerms::current().timeout.value_or(options_.lock_timeout), std::chrono::milliseconds{0}, longest);
}

Committer::Committer(Channel& store, Cache& cache, Notices& notices, WorkingCopy& working_copy, const ManagerOptions& options, std::string location)
    : store_(store), cache_(cache), notices_(notices), working_copy_(working_copy), options_(options), location_(std::move(location)) {}

Outcome Committer::run(const Request& request) {
  const auto end = deadline();
  const ChangeTerms::Values& terms = ChangeTerms::current();
  const std::stop_token stop = request.stop.stop_possible() ? request.stop : terms.stop;
  const Operation* const under = request.under != nullptr ? request.under : terms.under;
  const Turn turn(*this, end, stop);
  const Actor actor = this_process(options_.program, options_.actor);
  const Holder self = holder_of(actor, request.operation);
  FirstCommit first;
  for (int attempts = 1;; ++attempts) {
    const auto lock = store_.lock(LockKind::commit, self, {end, stop});
    // What is known was refused once: it is looked at anew.
    const SnapshotPtr known = attempts == 1 ? cache_.known() : nullptr;
    const SnapshotPtr current = store_.use([&](StateStore& store) { return store.load(known, io_context(stop)); });
    if (current) notices_.loaded(*current);
    cache_.remember(current);

    const Plan plan = request.plan(current);
    Prepared prepared = prepare(current, plan, first, location_);
    // Whatever needs memory is made before the commit.
    std::optional<ClusterState> copy;
    if (request.copy != nullptr) {
      if (prepared.write != Write::nothing && plan.next) copy = plan.next->state;
      else if (current) copy = current->state;
    }
    const auto hand_over = [&](const SnapshotPtr& origin) {
      if (!copy) return;
      copy->origin.snapshot = origin;
      *request.copy = std::move(*copy);
    };
    if (prepared.write == Write::nothing) {
      hand_over(current);
      return {current, false};
    }

    std::vector<Record> records;
    const Uuid id = random_uuid();
    Joint joint;
    if (prepared.write == Write::change) joint = make_records(request, current, plan, prepared.diff, actor, id, records);
    const Commit commit{id,
                        current ? std::optional(current->version) : std::nullopt,
                        plan.erase ? nullptr : &plan.next->state,
                        prepared.diff.changes,
                        records,
                        operation_store_lock(under, location_),
                        joint.expected};
    Attempt result = attempt(commit, current, plan.next);
    if (result.committed) {
      cache_.try_remember(result.stands);
      if (!plan.next || result.stands != plan.next) chain_.forget();
      else if (prepared.write == Write::change) chain_.changed(*plan.next);
      else chain_.touched(*current, *plan.next);
      if (result.history_due) shorten_history(commit.next != nullptr ? commit.next->lineage.value_or(Uuid{}) : current->version.lineage);
      if (current && result.stands == plan.next) working_copy_.committed(current, plan.next, std::move(prepared.diff));
      hand_over(plan.next);
      return {std::move(result.stands), true};
    }
    chain_.forget();
    if (!current) first.highest = std::max(first.highest, result.highest);
    // Where an older copy came back, others have had revisions that this process knew nothing of.
    const bool knew_less = attempts == 1 && (result.history_differs || (plan.next && result.highest >= plan.next->state.revision));
    if (!knew_less && Clock::now() >= end) {
      throw Error(errc::conflict,
                  "others changed the state first, " + std::to_string(attempts) + (attempts == 1 ? " time" : " times") + ": try again",
                  {.path = location_});
    }
  }
}

Committer::Attempt Committer::attempt(const Commit& commit, const SnapshotPtr& current, const std::shared_ptr<Snapshot>& next) {
  CommitResult result;
  try {
    // No stop token: a commit that has begun is not broken off.
    result = store_.use([&](StateStore& store) { return store.commit(commit, io_context()); });
  } catch (const Error& error) {
    if (error.code() != errc::outcome_unknown) throw;
    return look(error, commit, current, next);
  }
  notices_.committed(result.notices);
  if (!result.committed) return {false, nullptr, result.highest, result.history_differs};
  if (next) settle(*next, result, commit);
  return {true, next, 0, false, result.history_due};
}

Joint Committer::make_records(const Request& request, const SnapshotPtr& current, const Plan& plan, const StateDiff& diff, const Actor& actor,
                              const Uuid& id, std::vector<Record>& out) {
  const std::uint64_t revision = plan.erase ? std::max(current->highest, current->version.revision) + 1 : plan.next->state.revision;
  Joint joint;
  if (!current) joint.type = RecordType::first;
  else if (store_.use([](StateStore& store) { return store.capabilities().history; })) joint = chain_.join(*current, store_);
  if (joint.gap) {
    MissingRecord missing = missing_record(*current, joint.last_record, actor, store_);
    notices_.tell(location_ + ": the history lacks revision " + std::to_string(current->version.revision) +
                  (missing.remade ? ": its record is made again, of the backup and the state" : ": it goes on from there, after a gap"));
    out.push_back(std::move(missing.record));
  }
  const RecordHead head{.revision = revision,
                        .time = Timestamp::now(),
                        .actor = actor,
                        .operation = request.operation,
                        .commit = id,
                        .type = plan.erase ? RecordType::erase : joint.type,
                        .base = current ? &current->version : nullptr,
                        .touched = joint.touched,
                        .edited = joint.edited,
                        .undone_to = plan.undone_to,
                        .restored = plan.restored};
  out.push_back(make_record(head, current ? current->state : nothing, plan.erase ? nothing : plan.next->state, diff));
  return joint;
}

void Committer::shorten_history(const Uuid& lineage) {
  const FoldRecords fold = [&](std::span<const Record> records) { return fold_records(records, lineage); };
  try {
    store_.use([&](StateStore& store) { store.shorten_history(fold, io_context()); });
  } catch (const std::bad_alloc&) {
    notices_.tell("there is not enough memory to shorten the history; the next change tries again");
  } catch (const Error& error) {
    notices_.tell("the history is beyond its bounds and could not be shortened; the next change tries again");
    notices_.tell(error.what());
  }
}

/// The commit may or may not stand. Where it is seen, the same content is committed once more: that it is there does not say that it is durable,
/// a commit that succeeds does.
Committer::Attempt Committer::look(const Error& doubt, const Commit& commit, const SnapshotPtr& current, const std::shared_ptr<Snapshot>& next) {
  SnapshotPtr seen;
  try {
    seen = store_.use([](StateStore& store) { return store.load(nullptr, io_context()); });
    const bool as_before = current ? seen && seen->version == current->version : !seen;
    if (as_before) return {false, nullptr, 0};
    if (seen && next && (seen->commit_id == commit.id || seen->state == next->state)) {
      const Commit again{random_uuid(), seen->version, &next->state, {}, {}, commit.under};
      CommitResult result = store_.use([&](StateStore& store) { return store.commit(again, io_context()); });
      if (result.committed) {
        notices_.committed(result.notices);
        settle(*next, result, again);
        return {true, next, 0};
      }
      seen = store_.use([](StateStore& store) { return store.load(nullptr, io_context()); });
    }
    // Another commit on top of ours has made ours durable. What its token was is not known any more.
    if (is_recorded(commit, seen)) {
      next->version = {next->state.lineage.value_or(Uuid{}), next->state.revision, {}};
      return {true, seen, 0};
    }
  } catch (...) {
    throw Error(doubt);
  }
  throw Error(doubt);
}

bool Committer::is_recorded(const Commit& commit, const SnapshotPtr& seen) {
  if (!seen || commit.records.empty() || commit.next == nullptr) return false;
  const std::uint64_t revision = commit.records.back().revision;
  if (seen->state.lineage != commit.next->lineage || seen->version.revision <= revision) return false;
  const RecordPage page = store_.use([&](StateStore& store) { return store.records({revision - 1, revision + 1}, io_context()); });
  return std::any_of(page.records.begin(), page.records.end(), [&](const Record& record) { return is_record_of(record, commit.id); });
}

}  // namespace aihow::state::inline v0

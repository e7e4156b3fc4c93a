// SPDX-License-Identifier: MIT
// History: pages of records.
#include "convert.hpp"
#include "manager.hpp"

namespace aihow::capi {
namespace {

struct Records {
  using Handle = aihow_records;
  static constexpr Noun noun = Noun::records;
  static constexpr const char* name = "records";
  state::RecordPage page;
};

constexpr std::size_t first_query_size = offsetof(aihow_record_query, reserved) + sizeof(int32_t);
constexpr std::size_t first_record_size = offsetof(aihow_record, json_length) + sizeof(std::size_t);

state::RecordQuery to_query(const aihow_record_query* given) {
  state::RecordQuery query;
  if (given == nullptr) return query;
  const auto wanted = take<first_query_size>(given, "query");
  query.after = wanted.after;
  if (wanted.before != 0) query.before = wanted.before;
  if (wanted.limit != 0) query.limit = wanted.limit;
  query.newest_first = truth(wanted.newest_first, "query.newest_first");
  return query;
}

}  // namespace
}  // namespace aihow::capi

using namespace aihow::capi;

extern "C" {

int32_t aihow_manager_records(aihow_manager* manager, const aihow_record_query* query, aihow_records** records, aihow_error** error) {
  return with_manager(manager, error, [&](Manager& of) {
    const auto wanted = to_query(query);
    out(records, "records");
    Fresh<Records> made;
    made->page = of->records(wanted);
    *records = made.open();
  });
}

size_t aihow_records_count(const aihow_records* records) {
  const auto found = look<Records>(records);
  return found ? found->page.records.size() : 0;
}

uint64_t aihow_records_oldest_kept(const aihow_records* records) {
  const auto found = look<Records>(records);
  return found ? found->page.oldest_kept : 0;
}

int32_t aihow_records_get(const aihow_records* records, size_t index, aihow_record* record, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<Records>(records);
    if (index >= of->page.records.size()) {
      throw aihow::state::Error(aihow::state::errc::not_found, "there is no record " + std::to_string(index));
    }
    const auto& found = of->page.records[index];
    give<first_record_size>(record, aihow_record{0, found.revision, found.json.c_str(), found.json.size()}, "record");
  });
}

void aihow_records_free(aihow_records* records) { close<Records>(records); }
}

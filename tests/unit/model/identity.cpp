// SPDX-License-Identifier: MIT
#include <aihow/state/identity.hpp>
#include <set>
#include "catch.hpp"

using namespace aihow::state;

TEST_CASE("random UUIDs are version 4 and differ", "[identity]") {
  std::set<Uuid> seen;
  for (int i = 0; i < 1000; ++i) {
    const Uuid uuid = random_uuid();
    CHECK((uuid.bytes[6] >> 4) == 4);
    CHECK((uuid.bytes[8] >> 6) == 2);
    seen.insert(uuid);
  }
  CHECK(seen.size() == 1000);
}

TEST_CASE("a name's UUID is RFC 9562's version 5", "[identity]") {
  const Uuid dns = *Uuid::parse("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
  CHECK(name_uuid(dns, "www.example.com").to_string() == "2ed6657d-e927-568b-95e1-2665a8aea6a2");  // the RFC's test vector
}

TEST_CASE("an object's UUID follows from lineage, kind and name", "[identity]") {
  const Uuid lineage = *Uuid::parse("0190b8a0-1111-4222-8333-444455556666");
  const Uuid vm = object_uuid(lineage, ObjectKind::vm, "a");
  CHECK(vm == object_uuid(lineage, ObjectKind::vm, "a"));
  CHECK(vm == name_uuid(lineage, "vm/a"));
  CHECK(vm != object_uuid(lineage, ObjectKind::network, "a"));
  CHECK(vm != object_uuid(lineage, ObjectKind::vm, "b"));
  CHECK(vm != object_uuid(random_uuid(), ObjectKind::vm, "a"));
}

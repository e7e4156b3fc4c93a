// SPDX-License-Identifier: MIT
#include <aihow/state/stores.hpp>
#include "catch.hpp"
#include "contract/store_contract.hpp"
#include "support/faulty_store.hpp"
#include "support/scratch_directory.hpp"

namespace {

using namespace aihow;

struct FilePlace : test::StorePlace {
  std::unique_ptr<state::StateStore> open() override { return state::open_store("file:" + (scratch / "state.json") + query()); }
  virtual std::string query() const { return ""; }
  test::ScratchDirectory scratch;
};
/// On what the machine keeps temporary files on, most likely a disk.
struct DiskPlace final : test::StorePlace {
  std::unique_ptr<state::StateStore> open() override { return state::open_store(scratch / "state.json"); }
  test::ScratchDirectory scratch{std::filesystem::temp_directory_path()};
};
struct StrictPlace final : FilePlace {
  std::string query() const override { return "?strict"; }
};
struct FaultyPlace final : FilePlace {
  std::unique_ptr<state::StateStore> open() override { return std::make_unique<test::FaultyStore>(FilePlace::open()); }
};
struct NewDirectoryPlace final : test::StorePlace {
  std::unique_ptr<state::StateStore> open() override { return state::open_store(scratch / "output/of/it/state.json"); }
  test::ScratchDirectory scratch;
};
struct SymlinkPlace final : test::StorePlace {
  SymlinkPlace() {
    std::filesystem::create_directory(scratch / "real");
    std::filesystem::create_symlink("real/actual.json", scratch / "state.json");
  }
  std::unique_ptr<state::StateStore> open() override { return state::open_store(scratch / "state.json"); }
  test::ScratchDirectory scratch;
};

}  // namespace

TEST_CASE("the JSON file store keeps the contract") {
  test::check_store_contract([] { return std::make_unique<FilePlace>(); });
}
TEST_CASE("the JSON file store on a disk keeps the contract") {
  test::check_store_contract([] { return std::make_unique<DiskPlace>(); });
}
TEST_CASE("a strict JSON file store keeps the contract") {
  test::check_store_contract([] { return std::make_unique<StrictPlace>(); });
}
TEST_CASE("a JSON file store behind the fault-injecting one keeps the contract") {
  test::check_store_contract([] { return std::make_unique<FaultyPlace>(); });
}
TEST_CASE("a JSON file store in a directory that is to be made keeps the contract") {
  test::check_store_contract([] { return std::make_unique<NewDirectoryPlace>(); });
}
TEST_CASE("a JSON file store behind a symbolic link keeps the contract") {
  test::check_store_contract([] { return std::make_unique<SymlinkPlace>(); });
}

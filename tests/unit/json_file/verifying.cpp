// SPDX-License-Identifier: MIT
// verify() without mending: a reader, beside others that write.
#include <fcntl.h>
#include <sys/stat.h>
#include <map>
#include <thread>
#include "helpers.hpp"

using namespace aihow::state;
using namespace aihow::test;

namespace {

/// Name, inode, size and times of each file in a directory.
std::map<std::string, std::string> status_of_all(const std::filesystem::path& directory) {
  std::map<std::string, std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    struct stat status {};
    REQUIRE(::lstat(entry.path().c_str(), &status) == 0);
    out[entry.path().filename().string()] = std::to_string(status.st_ino) + " " + std::to_string(status.st_size) + " " +
                                            std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec) + " " +
                                            std::to_string(status.st_ctim.tv_nsec);
  }
  return out;
}

void damage(const std::string& path) {
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  make_old(path);
}

const Holder someone{.host = "h", .program = "p", .what = "w", .pid = 1, .since = {}};

}  // namespace

TEST_CASE("verifying writes nothing, whatever it finds") {
  const StateFile file(2);
  const auto directory = std::filesystem::path(file.path).parent_path();
  const auto sound = status_of_all(directory);
  CHECK(file.open()->verify(false, soon()).empty());
  CHECK(status_of_all(directory) == sound);

  std::filesystem::remove(file.lock);
  damage(file.backup);
  const auto damaged = status_of_all(directory);
  CHECK(file.open()->verify(false, soon()).size() == 1);
  CHECK(status_of_all(directory) == damaged);
}

TEST_CASE("a history that is not the state's is told of, and left to the next change") {
  const StateFile file(3);
  const std::string lineage = R"({"revision":0,"lineage":")" + sample_lineage().to_string() + "\"}\n";
  const auto found = [&](const std::string& history) {
    write_file(file.history, history);
    const auto store = file.open();
    auto texts = store->verify(false, soon());
    const auto lock = store->lock(LockKind::commit, someone, soon());
    CHECK(store->verify(true, soon()) == texts);
    CHECK(read_file(file.history) == history);
    return texts.size() == 1 ? texts.front() : std::to_string(texts.size()) + " findings";
  };
  CHECK(found(lineage + record(2).json + "\n") ==
        file.history + ": ends at revision 2, and the state is revision 3: the next change records what is missing");
  CHECK(found(lineage + record(3).json + "\n" + record(5).json + "\n") ==
        file.history +
            ": goes on to revision 5, and the state is revision 3: a change that was not finished, or an older copy of the state; the next "
            "change says so in the history");
  CHECK(found(R"({"revision":0,"lineage":"99999999-1111-4222-8333-444455556666"})"
              "\n" +
              record(3).json + "\n") ==
        file.history +
            ": is that of another state, of lineage 99999999-1111-4222-8333-444455556666: the next change keeps it aside and begins a new one");
  CHECK(found(lineage + record(3).json + "\n") == "0 findings");
  CHECK(found(record(3).json + "\n") == "0 findings");
}

TEST_CASE("verifying a state that is sound waits for nobody") {
  const StateFile file(2);
  const auto lock = file.open()->lock(LockKind::commit, someone, soon());
  CHECK(file.open()->verify(false, within(std::chrono::milliseconds(0))).empty());
}

TEST_CASE("what is found while somebody commits is believed once nobody does") {
  const StateFile file(2);
  damage(file.backup);
  auto lock = file.open()->lock(LockKind::commit, someone, soon());
  CHECK(code_of([&] { file.open()->verify(false, within(std::chrono::milliseconds(50))); }) == errc::locked);
  std::stop_source stopped;
  stopped.request_stop();
  CHECK(code_of([&] { file.open()->verify(false, within(std::chrono::seconds(20), stopped.get_token())); }) == errc::cancelled);

  std::vector<std::string> found;
  std::jthread verifying([&] { found = file.open()->verify(false, soon()); });
  // Mended while it is still locked: what verify() saw before, if it was that quick, is not true any more.
  std::filesystem::copy_file(file.path, file.backup, std::filesystem::copy_options::overwrite_existing);
  lock.reset();
  verifying.join();
  CHECK(found.empty());
}

TEST_CASE("the files of a state lie beside what its symlink leads to") {
  const StateFile file(1);
  CHECK(file.open()->document_files() == std::vector<std::string>{file.path, file.backup});
  std::filesystem::create_directory(file.scratch / "links");
  std::filesystem::create_symlink(file.path, file.scratch / "links/s.json");
  const auto linked = make_json_file_store(file.scratch / "links/s.json");
  REQUIRE(linked->document_files().size() == 2);
  CHECK(std::filesystem::equivalent(linked->document_files()[0], file.path));
  CHECK(linked->document_files()[1] == file.backup);
  CHECK(make_json_file_store(file.scratch / "no/such/s.json")->document_files() == std::vector<std::string>{file.scratch / "no/such/s.json"});
}

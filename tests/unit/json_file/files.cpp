// SPDX-License-Identifier: MIT
// Which files a state has, with which rights, and what is done about planted ones.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>
#include "helpers.hpp"

using namespace aihow::state;
using namespace aihow::test;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

struct Umask {
  explicit Umask(mode_t mask) : before(umask(mask)) {}
  ~Umask() { umask(before); }
  mode_t before;
};

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(lstat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}
ino_t inode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(lstat(path.c_str(), &status) == 0);
  return status.st_ino;
}

void plant_socket(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  REQUIRE(fd >= 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(path.size() < sizeof address.sun_path);
  path.copy(address.sun_path, path.size());
  const int bound = bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  close(fd);
  REQUIRE(bound == 0);
}

}  // namespace

TEST_CASE("a commit leaves the document, its backup and its history, and nothing else") {
  const StateFile file(1);
  CHECK(file.scratch.names() == Names{"state.json", "state.json.history"});
  REQUIRE(change(*file.open()).committed);
  CHECK(file.scratch.names() == all_files);
  CHECK(read_document(read_file(file.path)).state.revision == 2);
  CHECK(read_document(read_file(file.backup)).state.revision == 1);
  CHECK(inode_of(file.path) != inode_of(file.backup));
  CHECK(read_file(file.history) == "{\"revision\":0,\"lineage\":\"" + sample_lineage().to_string() + "\"}\n" + line(record(1)) + line(record(2)));
}

TEST_CASE("a touch leaves backup and history as they are") {
  const StateFile file(2);
  const std::string backup = read_file(file.backup);
  const std::string history = read_file(file.history);
  const auto store = file.open();
  const auto now = store->load(nullptr, soon());
  ClusterState next = now->state;
  next.last_modified = Timestamp::now();
  REQUIRE(put(*store, now->version, next).committed);
  CHECK(read_file(file.backup) == backup);
  CHECK(read_file(file.history) == history);
  CHECK(file.scratch.names() == all_files);
}

TEST_CASE("erasing makes the document the backup and keeps the history") {
  const StateFile file(2);
  const std::string document = read_file(file.path);
  REQUIRE(erase(*file.open()).committed);
  CHECK(file.scratch.names() == Names{"state.json.backup", "state.json.history"});
  CHECK(read_file(file.backup) == document);
  CHECK(file.load() == nullptr);
  CHECK(file.open()->verify(false, soon()).empty());
}

TEST_CASE("every file that is made is for its owner only, whatever the umask") {
  for (const mode_t mask : {0000, 0022, 0077, 0277, 0777}) {
    const Umask umask(mask);
    ScratchDirectory scratch;
    if (mask == 0277 || mask == 0777) fs::permissions(scratch.path(), fs::perms::owner_all);
    const std::string path = scratch / "new/state.json";
    const auto store = make_json_file_store(path);
    REQUIRE(change(*store).committed);
    REQUIRE(change(*store).committed);
    INFO(std::oct << mask);
    CHECK(mode_of(scratch / "new") == 0700);
    for (const std::string& name : {path, path + ".backup", path + ".history", scratch / "new/.state.json.lock"}) {
      INFO(name);
      CHECK(mode_of(name) == 0600);
    }
  }
}

TEST_CASE("the mode that an owner gave the state is kept") {
  const StateFile file(1);
  REQUIRE(chmod(file.path.c_str(), 0640) == 0);
  REQUIRE(change(*file.open()).committed);
  CHECK(mode_of(file.path) == 0640);
  CHECK(mode_of(file.backup) == 0640);
  CHECK(mode_of(file.history) == 0600);
}

TEST_CASE("the owner of the state is kept") {
  if (geteuid() != 0) return;
  const StateFile file(1);
  REQUIRE(chown(file.path.c_str(), 1234, 2345) == 0);
  REQUIRE(change(*file.open()).committed);
  struct stat status {};
  REQUIRE(stat(file.path.c_str(), &status) == 0);
  CHECK(status.st_uid == 1234);
  CHECK(status.st_gid == 2345);
}

TEST_CASE("a symbolic link at state.json is followed, and stays one") {
  StateFile file;
  fs::create_directory(file.scratch / "real");
  fs::create_symlink("real/actual.json", file.path);
  REQUIRE(change(*file.open()).committed);
  REQUIRE(change(*file.open()).committed);
  CHECK(fs::is_symlink(file.path));
  CHECK(fs::exists(file.scratch / "real/actual.json.backup"));
  CHECK(file.scratch.names() == Names{"real", "state.json"});
  CHECK(file.load()->version.revision == 2);
}

TEST_CASE("a symbolic link that comes to lead elsewhere is followed there at once") {
  StateFile file;
  fs::create_symlink("one.json", file.path);
  const auto store = file.open();
  REQUIRE(change(*store).committed);
  const auto lock = store->lock(LockKind::operation, {}, soon());
  CHECK(lock->held());
  fs::remove(file.path);
  fs::create_symlink("two.json", file.path);
  CHECK_FALSE(lock->held());
  CHECK(store->load(nullptr, soon()) == nullptr);
  REQUIRE(change(*store).committed);
  CHECK(fs::exists(file.scratch / "two.json"));
}

TEST_CASE("a loop of symbolic links is an error") {
  StateFile file;
  fs::create_symlink("state.json", file.path);
  CHECK(code_of([&] { file.load(); }) == errc::permission);
}

TEST_CASE("planted files are never followed, written or waited for") {
  const StateFile file(2);
  const std::string victim = file.scratch / "victim";
  write_file(victim, "precious");
  using Plant = void (*)(const std::string& at, const std::string& victim);
  const std::pair<const char*, Plant> plants[] = {
      {"a symbolic link", [](const std::string& at, const std::string& to) { fs::create_symlink(to, at); }},
      {"a dangling symbolic link", [](const std::string& at, const std::string& to) { fs::create_symlink(to + "-none", at); }},
      {"a hard link", [](const std::string& at, const std::string& to) { fs::create_hard_link(to, at); }},
      {"a FIFO", [](const std::string& at, const std::string&) { REQUIRE(mkfifo(at.c_str(), 0666) == 0); }},
      {"a socket", [](const std::string& at, const std::string&) { plant_socket(at); }},
      {"a directory", [](const std::string& at, const std::string&) { fs::create_directory(at); }},
  };
  for (const auto& [kind, plant] : plants) {
    for (const char* name : {"state.json.tmp", "state.json.prev"}) {
      INFO(kind << " at " << name);
      plant(file.scratch / name, victim);
      REQUIRE(change(*file.open()).committed);
      CHECK_FALSE(fs::exists(fs::symlink_status(file.scratch / name)));
    }
    INFO(kind);
    for (const std::string& at : {file.lock, file.history}) {
      INFO(at);
      const auto revision = file.load()->version.revision;
      fs::rename(at, at + ".away");
      plant(at, victim);
      std::string text;
      const auto code = code_of([&] { change(*file.open()); }, &text);
      CHECK(code == errc::permission);
      CHECK_THAT(text, Contains(at));
      CHECK(file.load()->version.revision == revision);  // readers are not kept from the state
      fs::remove(at);
      fs::rename(at + ".away", at);
    }
    fs::remove(file.backup);
    plant(file.backup, victim);
    const auto result = change(*file.open());
    CHECK(result.committed);
    if (fs::is_directory(file.backup)) {
      CHECK_FALSE(result.notices.empty());
      fs::remove(file.backup);
      REQUIRE(change(*file.open()).committed);
    }
    CHECK(fs::is_regular_file(fs::symlink_status(file.backup)));
    CHECK(read_file(victim) == "precious");
    CHECK_FALSE(fs::exists(victim + "-none"));
  }
  fs::remove(victim);
  CHECK(file.scratch.names() == all_files);
}

TEST_CASE("what is no file in the document's place is noticed, and kept") {
  using Plant = void (*)(const std::string& at);
  const std::pair<const char*, Plant> plants[] = {
      {"a directory", [](const std::string& at) { fs::create_directory(at); }},
      {"a FIFO", [](const std::string& at) { REQUIRE(mkfifo(at.c_str(), 0666) == 0); }},
      {"a socket", [](const std::string& at) { plant_socket(at); }},
      {"a device", [](const std::string& at) { REQUIRE(mknod(at.c_str(), S_IFCHR | 0666, makedev(1, 3)) == 0); }},
  };
  for (const auto& [kind, plant] : plants) {
    INFO(kind);
    if (kind == std::string_view("a device") && geteuid() != 0) continue;
    const StateFile file(3);
    fs::remove(file.path);
    plant(file.path);
    const Context patient = soon();
    const auto snapshot = file.open()->load(nullptr, patient);
    REQUIRE(snapshot);
    CHECK(snapshot->version.revision == 2);
    REQUIRE_FALSE(snapshot->notices.empty());
    CHECK_THAT(snapshot->notices.at(0), Contains(kind) && Contains("backup"));
    REQUIRE(change(*file.open()).committed);
    CHECK(file.load()->version.revision == 4);
    CHECK(file.scratch.names().size() == 4);
  }
}

TEST_CASE("a state in a directory where strangers can put files is said to be theirs to replace") {
  if (geteuid() != 0) return;  // nobody else can give a directory away
  const StateFile file(2);
  const auto told = [&] {
    const SnapshotPtr snapshot = file.load();
    for (const std::string& notice : snapshot->notices) {
      if (notice.find("anybody may replace it") != std::string::npos) return true;
    }
    return false;
  };
  const std::string directory = file.scratch.path();
  CHECK_FALSE(told());
  REQUIRE(chmod(directory.c_str(), 0777) == 0);
  CHECK_FALSE(told());  // our own
  REQUIRE(chown(directory.c_str(), 65534, 65534) == 0);
  CHECK(told());
  REQUIRE(chmod(directory.c_str(), 0755) == 0);
  CHECK_FALSE(told());
}

TEST_CASE("a directory that is missing is made for a commit, and not for reading") {
  StateFile file;
  const std::string path = file.scratch / "a/b/state.json";
  const auto store = make_json_file_store(path);
  CHECK(store->load(nullptr, soon()) == nullptr);
  CHECK_FALSE(store->holder(LockKind::operation, soon()));
  CHECK(store->verify(true, soon()).empty());
  CHECK(store->records({}, soon()).records.empty());
  CHECK(file.scratch.names().empty());
  REQUIRE(change(*store).committed);
  CHECK(store->load(nullptr, soon()));
}

TEST_CASE("paths that cannot be a state's are refused in words") {
  StateFile file(1);
  CHECK(code_of([&] { make_json_file_store(""); }) == errc::invalid);
  CHECK(code_of([&] { make_json_file_store(file.scratch / "dir/")->load(nullptr, soon()); }) == errc::invalid);
  CHECK(code_of([&] { make_json_file_store(file.path + "/state.json")->load(nullptr, soon()); }) == errc::invalid);
  CHECK(code_of([&] { change(*make_json_file_store(file.scratch / std::string(250, 'x'))); }) == errc::invalid);
}

TEST_CASE("a relative path stays the same when the program changes its directory") {
  StateFile file;
  const auto before = fs::current_path();
  fs::current_path(file.scratch.path());
  const auto store = make_json_file_store("state.json");
  fs::current_path(before);
  REQUIRE(change(*store).committed);
  CHECK(fs::exists(file.path));
  CHECK(store->location() == "state.json");
}

TEST_CASE("a record must be one line that begins with its revision") {
  StateFile file;
  const ClusterState state = sample_state(1);
  for (const Record& bad :
       {Record{1, "{\"revision\":2}"}, Record{1, "{\"revision\":1,\n}"}, Record{1, "{}"}, Record{1, ""}, Record{0, "{\"revision\":0}"}}) {
    const std::vector<Record> records = {bad};
    CHECK(code_of([&] { file.open()->commit({.id = {}, .base = {}, .next = &state, .changes = {}, .records = records}, soon()); }) == errc::invalid);
  }
  CHECK(file.scratch.names().empty());
}

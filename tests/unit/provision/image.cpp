// SPDX-License-Identifier: MIT
// Base images as qemu-img makes them, and files that are none.
#include "provision/image.hpp"
#include <sys/stat.h>
#include <unistd.h>
#include <aihow/state/error.hpp>
#include <cstdlib>
#include "catch.hpp"
#include "host_directory.hpp"

using namespace aihow::tool;
using aihow::state::errc;
using aihow::state::Error;
using test::HostDirectory;
using test::shell;

namespace {

struct PartFailure {
  std::error_code code;
  std::string message;
};
PartFailure failure(const std::string& path) {
  try {
    (void)inspect_image(path);
  } catch (const Error& error) {
    CHECK(error.path() == path);
    return {error.code(), std::string(error.message())};
  }
  return {};
}
PartFailure refusal(const ImageInfo& info, bool trusted) {
  try {
    require_base_image("/i.qcow2", info, trusted);
  } catch (const Error& error) {
    return {error.code(), std::string(error.message())};
  }
  return {};
}

/// A program of this content stands for qemu-img while this lives.
class FakeQemuImg {
 public:
  explicit FakeQemuImg(const std::string& script) : path_(std::getenv("PATH")) {
    const std::string file = directory_.file("qemu-img", "#!/bin/sh\n" + script + "\n");
    REQUIRE(::chmod(file.c_str(), 0700) == 0);
    REQUIRE(::setenv("PATH", (directory_.path() + ":" + path_).c_str(), 1) == 0);
  }
  ~FakeQemuImg() { (void)::setenv("PATH", path_.c_str(), 1); }

 private:
  HostDirectory directory_;
  std::string path_;
};

}  // namespace

TEST_CASE("a plain qcow2 image is a base image", "[host]") {
  const HostDirectory directory;
  const std::string path = directory / "a b'\"$x.qcow2";
  shell("cd " + directory.path() + " && qemu-img create -f qcow2 b.qcow2 64M && mv b.qcow2 \"a b'\\\"\\$x.qcow2\"");
  const ImageInfo info = inspect_image(path);
  CHECK(info.format == "qcow2");
  CHECK(info.virtual_bytes == 64U << 20U);
  CHECK(info.backing_file.empty());
  CHECK(info.data_file.empty());
  CHECK_NOTHROW(require_base_image(path, info, false));
}

TEST_CASE("an image with a backing file is a base image only where it is trusted", "[host]") {
  const HostDirectory directory;
  shell("cd " + directory.path() + " && qemu-img create -f raw base.raw 1M && qemu-img create -f qcow2 -b base.raw -F raw top.qcow2");
  const ImageInfo info = inspect_image(directory / "top.qcow2");
  CHECK(info.backing_file == directory / "base.raw");
  CHECK(refusal(info, false).code == errc::invalid);
  CHECK(refusal(info, false).message.find("a backing file, " + (directory / "base.raw")) != std::string::npos);
  CHECK(refusal(info, false).message.find("--trust-image") != std::string::npos);
  CHECK_FALSE(refusal(info, true).code);
}

TEST_CASE("an image with an external data file is a base image only where it is trusted", "[host]") {
  const HostDirectory directory;
  shell("cd " + directory.path() + " && qemu-img create -f qcow2 -o data_file=d.raw top.qcow2 1M");
  const ImageInfo info = inspect_image(directory / "top.qcow2");
  CHECK(info.data_file == "d.raw");
  CHECK(refusal(info, false).message.find("an external data file, d.raw") != std::string::npos);
  CHECK_FALSE(refusal(info, true).code);
}

TEST_CASE("a chain that is broken is told in qemu-img's words", "[host]") {
  const HostDirectory directory;
  shell("cd " + directory.path() + " && qemu-img create -f raw base.raw 1M && qemu-img create -f qcow2 -b base.raw -F raw top.qcow2 && rm base.raw");
  const PartFailure broken = failure(directory / "top.qcow2");
  CHECK(broken.code == errc::invalid);
  CHECK(broken.message.find("qemu-img says: Could not open") != std::string::npos);
  CHECK(broken.message.find("base.raw") != std::string::npos);
}

TEST_CASE("other formats are no base images, trusted or not", "[host]") {
  const HostDirectory directory;
  const ImageInfo info = inspect_image(directory.file("text.qcow2", "no image at all"));
  CHECK(info.format == "raw");
  for (const bool trusted : {false, true}) {
    CHECK(refusal(info, trusted).code == errc::invalid);
    CHECK(refusal(info, trusted).message == "expected a qcow2 image, found raw; convert it: qemu-img convert -O qcow2 OLD NEW");
  }
}

TEST_CASE("a damaged header is an error in qemu-img's words", "[host]") {
  const HostDirectory directory;
  const PartFailure damaged = failure(directory.file("i.qcow2", std::string("QFI\xfb\0\0\0\x63", 8) + std::string(200, '\0')));
  CHECK(damaged.code == errc::invalid);
  CHECK(damaged.message.find("qemu-img says: ") != std::string::npos);
}

TEST_CASE("what is no file is no image, and nobody waits for it", "[host]") {
  const HostDirectory directory;
  CHECK(failure(directory / "none.qcow2").code == errc::not_found);
  CHECK(failure(directory / "none.qcow2").message == "there is no such image");
  CHECK(failure(directory.path()).message == "not a regular file, so no image");
  REQUIRE(::mkfifo((directory / "fifo.qcow2").c_str(), 0600) == 0);
  CHECK(failure(directory / "fifo.qcow2").code == errc::invalid);
  CHECK(failure("nbd:localhost:10809").code == errc::not_found);
  std::filesystem::create_symlink(directory / "loop", directory / "loop");
  CHECK(failure(directory / "loop").code == errc::invalid);
}

TEST_CASE("an image that may not be read is a matter of permission", "[host]") {
  if (::geteuid() == 0) return;  // root may read all
  const HostDirectory directory;
  const std::string path = directory.file("i.qcow2", "");
  REQUIRE(::chmod(path.c_str(), 0) == 0);
  CHECK(failure(path).code == errc::permission);
}

TEST_CASE("what qemu-img may do to us", "[host]") {
  const HostDirectory directory;
  const std::string path = directory.file("i.qcow2", "x");
  struct Row {
    const char *script, *message;
  };
  const Row rows[] = {
      {"echo nonsense", "qemu-img's answer cannot be read: syntax error"},
      {"echo '{}'", "qemu-img's answer cannot be read: no list of images"},
      {"echo '[]'", "qemu-img's answer cannot be read: no list of images"},
      {"echo '[{}]'", "qemu-img's answer cannot be read: no format"},
      {"echo '[{\"format\": \"qcow2\", \"virtual-size\": -1}]'", "qemu-img's answer cannot be read: no virtual size"},
      {"echo 'qemu-img: very bad' >&2; exit 1", "not a usable image; qemu-img says: very bad"},
      {"kill -SEGV $$", "qemu-img was ended by signal 11 on this image"},
      {"kill -XCPU $$", "qemu-img used up its CPU time on this image"},
      {"yes", "qemu-img has more to say about this image than is sane"},
  };
  for (const Row& row : rows) {
    INFO(row.script);
    const FakeQemuImg fake(row.script);
    CHECK(failure(path).code == errc::invalid);
    CHECK(failure(path).message == row.message);
  }
}

TEST_CASE("qemu-img is asked for the chain, without a lock, by an absolute path", "[host]") {
  const HostDirectory directory;
  const std::string path = directory.file("i.qcow2", "x");
  const FakeQemuImg fake("echo \"$*\" >&2; exit 1");
  CHECK(failure(path).message == "not a usable image; qemu-img says: info --backing-chain -U --output=json " + path);
}

TEST_CASE("without qemu-img the message says what to install", "[host]") {
  const HostDirectory directory;
  const std::string path = directory.file("i.qcow2", "x"), before = std::getenv("PATH");
  REQUIRE(::setenv("PATH", directory.path().c_str(), 1) == 0);
  const PartFailure absent = failure(path);
  REQUIRE(::setenv("PATH", before.c_str(), 1) == 0);
  CHECK(absent.code == errc::unsupported);
  CHECK(absent.message == "qemu-img is needed to look at this image and is not installed (Debian: qemu-utils)");
}

// SPDX-License-Identifier: MIT
// Daemons that do not do their work: they listen on a socket of their own, and say nothing, or hang up.
#pragma once
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <atomic>
#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>
#include "test_node.hpp"

namespace aihow::libvirt::inline v0 {

class TestDaemon {
 public:
  enum class Manner { silent, hangs_up };

  explicit TestDaemon(Manner manner) : path_((folder_.path / "socket").string()) {
    listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (listener_ < 0 || path_.size() >= sizeof(address.sun_path)) throw std::runtime_error("no socket");
    std::memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 || listen(listener_, 16) != 0) {
      close(listener_);
      throw std::runtime_error("cannot listen");
    }
    thread_ = std::thread([this, manner] {
      std::vector<int> held;
      for (int client = accept(listener_, nullptr, nullptr); client >= 0; client = accept(listener_, nullptr, nullptr)) {
        if (manner == Manner::silent) held.push_back(client);
        else close(client);
      }
      for (const int client : held) close(client);
    });
  }
  TestDaemon(const TestDaemon&) = delete;
  TestDaemon& operator=(const TestDaemon&) = delete;
  ~TestDaemon() {
    shutdown(listener_, SHUT_RDWR);  // ends accept
    thread_.join();
    close(listener_);
  }
  std::string uri(const std::string& driver = "test+unix:///default") const { return driver + "?socket=" + path_; }

 private:
  TemporaryFolder folder_;
  std::string path_;
  int listener_ = -1;
  std::thread thread_;
};

}  // namespace aihow::libvirt::inline v0

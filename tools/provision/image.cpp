// SPDX-License-Identifier: MIT
#include "provision/image.hpp"
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <aihow/state/error.hpp>
#include <boost/json.hpp>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include "provision/limited_command.hpp"

namespace aihow::tool {
namespace {

using state::errc;
using state::Error;

/// A regular file that can be read, before qemu-img opens it: its words are worse, and it would wait for a FIFO.
void require_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  const int error = errno;
  if (fd < 0) {
    const std::string words = std::generic_category().message(error);
    if (error == ENOENT || error == ENOTDIR) throw Error(errc::not_found, "there is no such image", {.path = path});
    if (error == EACCES || error == EPERM) throw Error(errc::permission, "the image cannot be read: " + words, {.path = path});
    throw Error(errc::invalid, "the image cannot be opened: " + words, {.path = path});
  }
  struct stat info = {};
  const bool regular = ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
  (void)::close(fd);  // nothing was written
  if (!regular) throw Error(errc::invalid, "not a regular file, so no image", {.path = path});
}

/// qemu-img's words without what repeats the command, on one line.
std::string words_of(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (text.starts_with("qemu-img: ")) text.erase(0, 10);
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  return text.substr(0, 500);
}

[[noreturn]] void refuse(const std::string& path, const CommandResult& result) {
  const auto invalid = [&path](const std::string& message) { return Error(errc::invalid, message, {.path = path}); };
  switch (result.end) {
    case CommandResult::End::timed_out:
      throw Error(errc::timeout, "qemu-img did not end in time on this image", {.path = path});
    case CommandResult::End::too_much_output:
      throw invalid("qemu-img has more to say about this image than is sane");
    case CommandResult::End::signalled:
      throw invalid(result.code == SIGXCPU || result.code == SIGKILL ? "qemu-img used up its CPU time on this image"
                                                                     : fmt::format("qemu-img was ended by signal {} on this image", result.code));
    case CommandResult::End::exited:
      break;
  }
  throw invalid("not a usable image; qemu-img says: " + words_of(result.err));
}

std::string text_member(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  const boost::json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

ImageInfo parse(const std::string& path, const std::string& out) {
  const auto strange = [&path](std::string_view what) {
    return Error(errc::invalid, fmt::format("qemu-img's answer cannot be read: {}", what), {.path = path});
  };
  boost::system::error_code error;
  const boost::json::value answer = boost::json::parse(out, error);
  if (error) throw strange(error.message());
  const boost::json::array* chain = answer.if_array();  // the image first, then what it rests on
  const boost::json::object* image = chain == nullptr || chain->empty() ? nullptr : chain->front().if_object();
  if (image == nullptr) throw strange("no list of images");

  ImageInfo info;
  info.format = text_member(*image, "format");
  if (info.format.empty()) throw strange("no format");
  const boost::json::value* size = image->if_contains("virtual-size");
  if (size == nullptr || !size->is_int64() || size->get_int64() < 0) throw strange("no virtual size");
  info.virtual_bytes = static_cast<std::uint64_t>(size->get_int64());
  info.backing_file = text_member(*image, "full-backing-filename");
  if (info.backing_file.empty()) info.backing_file = text_member(*image, "backing-filename");
  const boost::json::value* specific = image->if_contains("format-specific");
  const boost::json::value* data = specific != nullptr && specific->is_object() ? specific->get_object().if_contains("data") : nullptr;
  if (data != nullptr && data->is_object()) info.data_file = text_member(data->get_object(), "data-file");
  return info;
}

}  // namespace

ImageInfo inspect_image(const std::string& path) {
  require_file(path);
  std::error_code error;
  // An absolute path is never taken for a protocol ("nbd:…", "json:…") or an option.
  const std::string absolute = std::filesystem::absolute(path, error).string();
  if (error) throw Error(errc::io, "the working directory cannot be found: " + error.message(), {.path = path});
  CommandResult result;
  try {
    result = run_limited({"qemu-img", "info", "--backing-chain", "-U", "--output=json", absolute});
  } catch (const Error& failed) {
    if (failed.code() == errc::unsupported)
      throw Error(errc::unsupported, "qemu-img is needed to look at this image and is not installed (Debian: qemu-utils)", {.path = path});
    throw;
  }
  if (result.end != CommandResult::End::exited || result.code != 0) refuse(path, result);
  return parse(path, result.out);
}

void require_base_image(const std::string& path, const ImageInfo& info, bool trusted) {
  if (info.format != "qcow2")
    throw Error(errc::invalid, fmt::format("expected a qcow2 image, found {}; convert it: qemu-img convert -O qcow2 OLD NEW", info.format),
                {.path = path});
  if (trusted) return;
  const auto refuse_file = [&path](std::string_view kind, std::string_view file) {
    return Error(
        errc::invalid,
        fmt::format(
            "the image has {}, {}, which the guests could read; flatten it (qemu-img convert -O qcow2 OLD NEW), or trust it with --trust-image", kind,
            file),
        {.path = path});
  };
  if (!info.backing_file.empty()) throw refuse_file("a backing file", info.backing_file);
  if (!info.data_file.empty()) throw refuse_file("an external data file", info.data_file);
}

}  // namespace aihow::tool

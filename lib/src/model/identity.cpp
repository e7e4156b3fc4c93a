// SPDX-License-Identifier: MIT
#include <aihow/state/error.hpp>
#include <aihow/state/identity.hpp>
#include <algorithm>
#include <boost/uuid/entropy_error.hpp>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/random_generator.hpp>
#include <string>

namespace aihow::state::inline v0 {
namespace {

Uuid from_boost(const boost::uuids::uuid& in) {
  Uuid out;
  std::copy(in.begin(), in.end(), out.bytes.begin());
  return out;
}

}  // namespace

Uuid random_uuid() try { return from_boost(boost::uuids::random_generator_pure{}()); } catch (const boost::uuids::entropy_error& error) {
  throw Error(errc::io, std::string("the system's random numbers cannot be read: ") + error.what());
}

Uuid name_uuid(const Uuid& space, std::string_view name) {
  boost::uuids::uuid ns;
  std::copy(space.bytes.begin(), space.bytes.end(), ns.begin());
  return from_boost(boost::uuids::name_generator_sha1{ns}(name.data(), name.size()));
}

Uuid object_uuid(const Uuid& lineage, ObjectKind kind, std::string_view name) {
  return name_uuid(lineage, std::string(to_string(kind)).append("/").append(name));
}

}  // namespace aihow::state::inline v0

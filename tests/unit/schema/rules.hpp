// SPDX-License-Identifier: MIT
// What the schema says of each member beyond the tables of the format: what it means, and the rules of validate().
#pragma once
#include <array>
#include <string_view>
#include "json/format.hpp"

namespace aihow::test {

/// `rule`: members of a schema, added to those that follow from the member's type. Of an array it is about its elements.
struct Rule {
  std::string_view member;
  std::string_view description;
  std::string_view rule = "{}";
};

/// The schemas that rules refer to. Those of strings let other types pass: the type is the member's own.
struct Definition {
  std::string_view name;
  std::string_view schema;
};

inline constexpr std::string_view name_ref = R"({"$ref": "#/$defs/name"})";
inline constexpr std::string_view object_name_ref = R"({"$ref": "#/$defs/object_name"})";
inline constexpr std::string_view path_ref = R"({"$ref": "#/$defs/path"})";
inline constexpr std::string_view address_ref = R"({"$ref": "#/$defs/address"})";
inline constexpr std::string_view text_ref = R"({"$ref": "#/$defs/text"})";
inline constexpr std::string_view positive_ref = R"({"minimum": 1})";

#define AIHOW_OCTET "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
#define AIHOW_IPV4 AIHOW_OCTET "(\\\\." AIHOW_OCTET "){3}"
#define AIHOW_GROUP "[0-9A-Fa-f]{1,4}"
#define AIHOW_GROUPS "(" AIHOW_GROUP "(:" AIHOW_GROUP ")*)?"
// Eight groups, the last two perhaps as an IPv4 address; or fewer round one `::`.
#define AIHOW_IPV6(end)                                                                                                  \
  "[{\"pattern\": \"^(" AIHOW_GROUP ":){7}" AIHOW_GROUP end "\"}, {\"pattern\": \"^(" AIHOW_GROUP ":){6}" AIHOW_IPV4 end \
  "\"}, {\"pattern\": \"^(?!:*([0-9A-Fa-f]+:+){7}[0-9A-Fa-f])" AIHOW_GROUPS "::" AIHOW_GROUPS end                        \
  "\"}, {\"pattern\": \"^(?!:*([0-9A-Fa-f]+:+){6}[0-9]+\\\\.)" AIHOW_GROUPS "::(" AIHOW_GROUP ":)*" AIHOW_IPV4 end "\"}]"

inline constexpr std::array definitions{
    Definition{"name", R"({"pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"})"},
    Definition{
        "object_name",
        R"({"minLength": 1, "maxLength": 255, "not": {"anyOf": [{"enum": [".", ".."]}, {"type": "string", "pattern": "[/\\u0000-\\u001f\\u007f-\\u009f]"}]}})"},
    Definition{"text", R"({"maxLength": 4096, "not": {"type": "string", "pattern": "[\\u0000-\\u001f\\u007f-\\u009f]"}})"},
    Definition{"path",
               R"({"pattern": "^/", "maxLength": 4096, "not": {"type": "string", "pattern": "/\\.\\.(/|$)|[\\u0000-\\u001f\\u007f-\\u009f]"}})"},
    Definition{"ipv4", R"({"pattern": "^)" AIHOW_IPV4 R"($"})"},
    Definition{"ipv6", R"({"anyOf": )" AIHOW_IPV6("$") "}"},
    Definition{"address", R"({"anyOf": [{"$ref": "#/$defs/ipv4"}, {"$ref": "#/$defs/ipv6"}]})"},
    Definition{"subnet", R"({"anyOf": [{"pattern": "^)" AIHOW_IPV4
                         R"(/([0-9]|[12][0-9]|3[0-2])$"}, {"anyOf": )" AIHOW_IPV6("/([0-9]|[1-9][0-9]|1[01][0-9]|12[0-8])$") "}]}"},
    Definition{"bridge", R"({"pattern": "^[!-.0-9;-~]{1,15}$", "not": {"enum": [".", ".."]}})"},
    Definition{
        "timestamp",
        R"({"pattern": "^(?!0000)([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|)"
        R"(([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29))"
        R"(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?$"})"},
    Definition{"uuid", R"({"pattern": "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"})"},
};

template <class T>
inline constexpr int rules = 0;

template <>
inline constexpr std::array rules<state::VMInfo>{
    Rule{"name", "Unique in the cluster", name_ref},
    Rule{"cpu_cores", "Virtual CPUs"},
    Rule{"memory_gb", "Memory in GiB"},
    Rule{"state", "What it was last seen doing. UNDEFINED: libvirt does not have it"},
    Rule{"ip_address", "IPv4 or IPv6; inside one of the cluster's networks, and no other VM's", address_ref},
    Rule{"gpu_count", "Passthrough devices that are GPUs"},
    Rule{"volumes", "Absolute paths of its disks", path_ref},
    Rule{"created_at", "When it was made"},
    Rule{"last_seen", "When the hypervisor last reported on it"},
    Rule{"role", "controller, compute, control_plane or worker", text_ref},
    Rule{"auto_start", "false: it is defined, and start leaves it off. Left out where true"},
    Rule{"domain_name", "libvirt's name for it", text_ref},
    Rule{"domain_uuid", "libvirt's UUID"},
    Rule{"hypervisor", "Connection URI", text_ref},
    Rule{"state_reason", "libvirt's reason for the state: booted, destroyed, crashed, user …", text_ref},
    Rule{"unreachable_since", "The hypervisor has not answered since; state and last_seen are the last that is known"},
    Rule{"pending", "A command has said that it will do this, and has not seen it done"},
};

template <>
inline constexpr std::array rules<state::NetworkInfo>{
    Rule{"name", "libvirt's name, unique in the cluster", object_name_ref},
    Rule{"subnet", "Address and prefix length: 192.168.100.0/24", R"({"$ref": "#/$defs/subnet"})"},
    Rule{"bridge", "The bridge device", R"({"$ref": "#/$defs/bridge"})"},
    Rule{"active_ips", "Addresses that are leased now, inside the subnet, each once", address_ref},
    Rule{"uuid", "libvirt's UUID"},
    Rule{"missing_since", "A refresh found since then that libvirt does not have it"},
    Rule{"inactive_since", "A refresh found since then that it is there, and off"},
    Rule{"pending", "A command has said that it will do this, and has not seen it done"},
};

template <>
inline constexpr std::array rules<state::VolumeInfo>{
    Rule{"name", "Unique in the cluster", object_name_ref},
    Rule{"path", "Absolute path", path_ref},
    Rule{"size_gb", "Capacity in GiB"},
    Rule{"format", "Image format: qcow2", R"({"pattern": "^[A-Za-z0-9_-]{1,64}$"})"},
    Rule{"pool", "Name of the pool that it lies in", R"({"anyOf": [{"const": ""}, {"$ref": "#/$defs/object_name"}]})"},
    Rule{"backing_file", "Absolute path of the image that it grows over", R"({"anyOf": [{"const": ""}, {"$ref": "#/$defs/path"}]})"},
    Rule{"missing_since", "A refresh found since then that it is gone"},
    Rule{"pending", "A command has said that it will do this, and has not seen it done"},
};

template <>
inline constexpr std::array rules<state::PoolInfo>{
    Rule{"name", "libvirt's name", object_name_ref},
    Rule{"uuid", "libvirt's UUID"},
    Rule{"path", "Absolute path of its directory", path_ref},
    Rule{"owned", "The cluster made it; else it is only used, and never removed"},
    Rule{"owns_directory", "The cluster made its directory too"},
    Rule{"missing_since", "A refresh found since then that libvirt does not have it"},
    Rule{"inactive_since", "A refresh found since then that it is there, and off"},
    Rule{"pending", "A command has said that it will do this, and has not seen it done"},
};

template <>
inline constexpr std::array rules<state::format::Aihow>{
    Rule{"format_version", "The format's version", R"({"maximum": 1})"},
    Rule{"revision", "Grows by one with each change"},
    Rule{"lineage", "The cluster's identity, made with it and kept for its life", R"({"not": {"const": "00000000-0000-0000-0000-000000000000"}})"},
    Rule{"checksum", "xxh128: and 32 hex digits: XXH3-128 of the file with these digits as zeros. Where it differs the file was edited by hand"},
};

template <>
inline constexpr std::array rules<state::format::Root>{
    Rule{"cluster_name", "The cluster's name", name_ref},
    Rule{"cluster_type", "The cluster's type", R"({"enum": ["hpc", "cloud"]})"},
    Rule{"status", "What its VMs are doing, in one word", R"({"enum": ["running", "stopped", "error", "partial"]})"},
    Rule{"created_at", "When it was made"},
    Rule{"last_modified", "When the state last changed"},
    Rule{"vms", "The virtual machines"},
    Rule{"networks", "The libvirt networks"},
    Rule{"volumes", "The disk images"},
    Rule{"pools", "The libvirt storage pools"},
    Rule{"aihow", "What the library keeps of the document: its last member, made at the first commit. Leave it as it is"},
};

}  // namespace aihow::test

# SPDX-License-Identifier: MIT
"""More of the C interface's structures: those that a program which only reads a state does without. Each one costs some time to make."""
from __future__ import annotations

from ctypes import Structure, c_char, c_char_p, c_int32, c_int64, c_size_t, c_uint64, c_void_p

from ._structures import Time, Uuid


class Call(Structure):
    _fields_ = [("struct_size", c_size_t), ("timeout_ms", c_int64), ("cancel", c_void_p), ("operation", c_void_p)]


class Holder(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("host", c_char * 256),
        ("program", c_char * 256),
        ("what", c_char * 256),
        ("pid", c_int64),
        ("since", Time),
    ]


class Verdict(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("path", c_char_p),
        ("verdict", c_int32),
        ("has_document", c_int32),
        ("cluster_name", c_char_p),
        ("cluster_type", c_char_p),
        ("revision", c_uint64),
        ("lineage", Uuid),
        ("findings", c_size_t),
        ("more_findings", c_size_t),
    ]


class Finding(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("line", c_size_t),
        ("column", c_size_t),
        ("pointer", c_char_p),
        ("message", c_char_p),
    ]


class RecordQuery(Structure):
    _fields_ = [
        ("struct_size", c_size_t),
        ("after", c_uint64),
        ("before", c_uint64),
        ("limit", c_size_t),
        ("newest_first", c_int32),
        ("reserved", c_int32),
    ]


class Record(Structure):
    _fields_ = [("struct_size", c_size_t), ("revision", c_uint64), ("json", c_char_p), ("json_length", c_size_t)]


STRUCTURES = {
    "aihow_call": Call,
    "aihow_holder": Holder,
    "aihow_verdict": Verdict,
    "aihow_finding": Finding,
    "aihow_record_query": RecordQuery,
    "aihow_record": Record,
}

"""The C library: where it is, and what of it is used. Structs and prototypes are those of sightlog.h."""

from __future__ import annotations

import ctypes
import os
from ctypes import (
    CFUNCTYPE, POINTER, Structure, c_char, c_char_p, c_double, c_float, c_int, c_int32, c_int64, c_size_t, c_uint8,
    c_uint32, c_uint64, c_void_p,
)  # fmt: skip
from typing import Any, List, Optional

from ._errors import LibraryMissing

OK, NONE = 0, 1
NAME = "libsightlog.so"
# What the installation says when it could not build it.
NOTE = "_not_built.txt"

_HERE = os.path.dirname(os.path.abspath(__file__))


class Error(Structure):
    _fields_ = [
        ("code", c_int), ("system_error", c_int), ("index", c_uint64), ("place", c_uint32), ("text", c_char * 1024),
    ]  # fmt: skip


class Detection(Structure):
    _fields_ = [
        ("class_id", c_int32), ("confidence", c_float), ("x", c_float), ("y", c_float), ("w", c_float), ("h", c_float),
        ("track_id", c_int64),
    ]  # fmt: skip


class Fields(Structure):
    _fields_ = [
        ("captured_nanos", c_int64), ("position_nanos", c_int64), ("frame", c_int64), ("decode_nanos", c_int64),
        ("infer_nanos", c_int64), ("width", c_int32), ("height", c_int32), ("label_set", c_uint8 * 8), ("digest", c_uint8 * 8),
    ]  # fmt: skip


Notice = CFUNCTYPE(None, c_void_p, c_char_p)


class WriterOptions(Structure):
    _fields_ = [
        ("roll", c_char_p), ("mode", c_uint32), ("every_event", c_int32), ("lock_timeout_nanos", c_int64), ("notice", Notice),
        ("notice_context", c_void_p),
    ]  # fmt: skip


class LabelSet(Structure):
    _fields_ = [
        ("model", c_char_p), ("sha256", c_char_p), ("input", c_char_p), ("threshold", c_double), ("iou", c_double),
        ("classes", c_char_p), ("count", c_size_t), ("ids", POINTER(c_int32)), ("labels", POINTER(c_char_p)),
    ]  # fmt: skip


_PROTOTYPES = {
    "draft_new": (c_void_p, []),
    "draft_free": (None, [c_void_p]),
    "draft_begin": (c_int, [c_void_p, c_int, POINTER(Fields)]),
    "draft_detection": (c_int, [c_void_p, POINTER(Detection)]),
    "draft_section": (c_int, [c_void_p, c_uint32, c_char_p, c_size_t]),
    "draft_error": (c_char_p, [c_void_p]),
    "batch_new": (c_void_p, []),
    "batch_free": (None, [c_void_p]),
    "batch_clear": (None, [c_void_p]),
    "batch_count": (c_uint32, [c_void_p]),
    "batch_add": (c_int, [c_void_p, c_void_p]),
    "writer_open": (c_int, [POINTER(c_void_p), c_char_p, POINTER(WriterOptions), POINTER(Error)]),
    "append": (c_int, [c_void_p, c_void_p, POINTER(c_uint64)]),
    "append_batch": (c_int, [c_void_p, c_void_p, POINTER(c_uint64)]),
    "publish": (c_int, [c_void_p, POINTER(LabelSet), c_uint8 * 8]),
    "sync": (c_int, [c_void_p]),
    "producer": (c_uint64, [c_void_p]),
    "next_sequence": (c_int64, [c_void_p]),
    "writer_error": (POINTER(Error), [c_void_p]),
    "writer_close": (None, [c_void_p]),
}

_problem = ""


def _candidates() -> List[str]:
    """SIGHTLOG_LIBRARY alone, when it is set; else where the installation, or make in src/main/c, puts it."""
    named = os.environ.get("SIGHTLOG_LIBRARY")
    if named:
        return [named]
    found = [os.path.join(_HERE, NAME)]
    sources = os.path.join(_HERE, os.pardir, os.pardir, "c")
    if os.path.exists(os.path.join(sources, "sightlog.h")):  # not installed
        found.append(os.path.join(sources, "build", NAME))
    return [path for path in found if os.path.exists(path)]


def _load() -> Any:
    global _problem
    candidates = _candidates()
    for path in candidates:
        try:
            loaded = ctypes.CDLL(path)
            for name, (result, arguments) in _PROTOTYPES.items():
                function = getattr(loaded, "sightlog_" + name)
                function.restype = result
                function.argtypes = arguments
            return loaded
        except (OSError, AttributeError) as problem:
            _problem = f"{path} cannot be used: {problem}"
    if not candidates:
        try:
            with open(os.path.join(_HERE, NOTE), encoding="utf-8") as note:
                _problem = note.read().strip()
        except OSError:
            _problem = "it was not built"
    return None


_library = _load()


def library() -> Any:
    if _library is None:
        raise LibraryMissing(
            f"appending needs the C library ({_problem}): install a C compiler and run pip install again, "
            "or set SIGHTLOG_LIBRARY to a libsightlog.so"
        )
    return _library


def crc32c() -> Optional[Any]:
    """sightlog_crc32c(so_far, bytes, size), None without a library."""
    if _library is None:
        return None
    # By PyDLL: a call so short is not worth letting other threads run.
    function = ctypes.PyDLL(_library._name).sightlog_crc32c
    function.restype = c_uint32
    function.argtypes = [c_uint32, c_char_p, c_size_t]
    return function



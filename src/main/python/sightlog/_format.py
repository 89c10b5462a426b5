"""Layouts and bounds, by docs/format.md; names there are names here.

Integers in these structs are loaded by one instruction each on little-endian machines, so that words that writers share are
never seen half-written.
"""

from __future__ import annotations

import struct
from typing import Any, Tuple

MAGIC = b"SLOG"
EVENT_VERSION = 1
FILLER_VERSION = 0
FRAME, SKIP, MESSAGE, BATCH = 1, 2, 3, 4
KINDS = {FRAME: "frame", SKIP: "skip", MESSAGE: "message"}

EVENT = struct.Struct("<I4sBBHIQqqqqq8s8siiqqIHH")
BATCH_HEADER = struct.Struct("<I4sBBHIII")
DETECTION = struct.Struct("<i5fq")
SECTION = struct.Struct("<III")
HEADER = struct.Struct("<i")
LONG = struct.Struct("<q")
# A document's header, and behind it the event's magic, version, kind and total bytes.
DOCUMENT = struct.Struct("<i4x4sBB2xi")

SOURCE, STREAM, REASON, LABELS, MODEL, TOPIC, TEXT, BINARY = range(1, 9)

EVENT_BYTES = 112
BATCH_BYTES = 24
DETECTION_BYTES = 32
SECTION_BYTES = 12
MAX_EVENT_BYTES = 16_773_120
MAX_DOCUMENT_BYTES = MAX_EVENT_BYTES + 4096
MAX_DETECTIONS = 100_000
MAX_SECTIONS = 256
MAX_BATCH_EVENTS = 65_536
MAX_CLASS_ID = 1_000_000

METADATA = 0x4000_0000
IN_PROGRESS = 0x8000_0000
LENGTH = 0x3FFF_FFFF
END_OF_CYCLE = 0xC000_0000

SEQUENCE_MASK = 0xFFFF_FFFF

Buffer = Any  # bytes, or an mmap


def next_document(position: int, length: int) -> int:
    return (position + 4 + length + 3) & ~3


class WireError(ValueError):
    """Bytes that are not what Chronicle's wire has there."""


_NUMBERS = {0xA1: "<B", 0xA2: "<H", 0xA3: "<I", 0xA4: "<b", 0xA5: "<h", 0xA6: "<i", 0xA7: "<q"}


def wire_field(data: bytes, name: str) -> int:
    """Where the value of a field begins."""
    key = bytes([0xC0 + len(name)]) + name.encode("ascii")
    at = data.find(key)
    if at < 0:
        raise WireError(f"it has no field {name}")
    return at + len(key)


def wire_event(data: bytes, name: str) -> int:
    """Where the value begins when this document is of that name, else 0."""
    key = bytes([0xB9, len(name)]) + name.encode("ascii")
    return len(key) if data.startswith(key) else 0


def wire_number(data: bytes, at: int) -> int:
    code = data[at] if at < len(data) else -1
    if 0 <= code < 0x80:
        return code
    if code not in _NUMBERS:
        raise WireError(f"a number was expected, code {code:x} is there")
    shape = _NUMBERS[code]
    if at + 1 + struct.calcsize(shape) > len(data):
        raise WireError("a number does not fit")
    value: Tuple[int] = struct.unpack_from(shape, data, at + 1)  # type: ignore[assignment]
    return value[0]


def wire_text(data: bytes, at: int) -> str:
    code = data[at] if at < len(data) else -1
    start = at + 1
    length = code - 0xE0
    if code == 0xB8 and start < len(data):
        length = data[start]
        start += 1
    if not 0 <= length <= 127 or start + length > len(data):
        raise WireError(f"a text was expected, code {code:x} is there")
    return data[start : start + length].decode("latin-1")


def wire_bound(data: bytes, at: int, base: int, code: int, size: int) -> int:
    """Where in its file a value begins that is 8-aligned there, behind padding; base is where data begins in the file."""
    while at < len(data) and data[at] in (0x8E, 0x8F):
        if data[at] == 0x8F:
            at += 1
            continue
        skip = struct.unpack_from("<i", data, at + 1)[0] if at + 5 <= len(data) else -1
        if not 0 <= skip <= len(data) - at:
            break
        at += 5 + skip
    if at + 1 + size > len(data) or data[at] != code or (base + at + 1) % 8 != 0:
        raise WireError("a bound value was expected")
    return base + at + 1


def wire_long(data: bytes, at: int, base: int) -> int:
    return wire_bound(data, at, base, 0xA7, 8)


def wire_array(data: bytes, at: int, base: int) -> int:
    """Where its values begin; capacity and used count are the two longs before."""
    return wire_bound(data, at, base, 0x8D, 16) + 16

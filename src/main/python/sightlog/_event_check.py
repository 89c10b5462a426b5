"""Whether bytes are an event, and a sound one: everything that docs/format.md has under "Reading one safely"."""

from __future__ import annotations

import struct
from typing import Optional

from ._crc import crc32c
from ._format import (
    BATCH, BATCH_BYTES, BATCH_HEADER, DETECTION_BYTES, EVENT, EVENT_BYTES, EVENT_VERSION, FILLER_VERSION, KINDS, MAGIC,
    MAX_DETECTIONS, MAX_SECTIONS, SECTION, SECTION_BYTES, Buffer,
)  # fmt: skip

_OFFSET = struct.Struct("<I")


class Unreadable(Exception):
    """Why; newer: it was written by a Sightlog that knows more than this one."""

    def __init__(self, text: str, newer: bool = False) -> None:
        super().__init__(text)
        self.newer = newer


def kind(memory: Buffer, at: int, length: int) -> int:
    """Its kind when it says that it is an event or a batch of this version, else 0."""
    if length < BATCH_BYTES:
        return 0
    _, magic, version, own, _, _, _, _ = BATCH_HEADER.unpack_from(memory, at)
    return int(own) if magic == MAGIC and version == EVENT_VERSION else 0


def is_filler(memory: Buffer, at: int, length: int) -> bool:
    """Whether it holds the number of an excerpt that was lost with a loss of power: then it is of version 0."""
    return length >= BATCH_BYTES and BATCH_HEADER.unpack_from(memory, at)[1:3] == (MAGIC, FILLER_VERSION)


def damage(memory: Buffer, at: int, length: int, verify: bool) -> Optional[Unreadable]:
    try:
        check(memory, at, length, verify)
        return None
    except Unreadable as problem:
        return problem


def check(memory: Buffer, at: int, length: int, verify: bool) -> tuple:
    """The header's fields, once all was checked. The caller has seen to it that these bytes are mapped."""
    if length < EVENT_BYTES:
        raise Unreadable(f"an event has at least {EVENT_BYTES} bytes, this has {length}")
    head = EVENT.unpack_from(memory, at)
    if head[1] != MAGIC:
        raise Unreadable("it is no event of Sightlog: it does not begin with SLOG")
    version, total = head[2], head[5]
    if total != length:
        raise _newer_or(version, f"it says it has {total} bytes, and there are {length}")
    if verify:
        computed = crc32c(memory[at + 4 : at + length])
        if computed != head[0]:
            raise _newer_or(version, f"checksum is {head[0]:08x}, its bytes give {computed:08x}")
    if version != EVENT_VERSION:
        raise _newer(version)
    if head[3] not in KINDS:
        if head[3] == BATCH:
            raise Unreadable("a batch is where one event should be")
        raise Unreadable(f"its kind is {head[3]}, known are 1..4; a newer Sightlog may have written it", True)
    table = head[4] + head[18] * head[19]
    contents = table + head[20] * SECTION_BYTES
    if (
        head[4] < EVENT_BYTES
        or head[19] < DETECTION_BYTES
        or head[18] > MAX_DETECTIONS
        or head[20] > MAX_SECTIONS
        or contents > total
    ):
        raise Unreadable(
            f"headerBytes={head[4]} detectionBytes={head[19]} detectionCount={head[18]} sectionCount={head[20]}"
            f" in {total} bytes"
        )
    for entry in range(at + table, at + contents, SECTION_BYTES):
        _, offset, size = SECTION.unpack_from(memory, entry)
        if offset < contents or offset + size > total:
            raise Unreadable(f"a section is at {offset} with {size} bytes, outside {contents}..{total}")
    return head


def insides_bear_out(memory: Buffer, at: int, length: int) -> bool:
    """Whether what is inside an event or a batch that is not sound ends at its end: a third word on its length.

    A filler, and what a newer writer wrote, is believed. The caller has seen to it that these bytes are mapped.
    """
    if length < BATCH_BYTES:
        return False
    _, magic, version, own, _, total, count, _ = BATCH_HEADER.unpack_from(memory, at)
    if magic != MAGIC or version != EVENT_VERSION:
        return bool(magic == MAGIC and total == length)
    return (_end_of_events(memory, at, length, count) if own == BATCH else _end_of_parts(memory, at, length)) == length


def _end_of_events(memory: Buffer, at: int, length: int, count: int) -> int:
    """Where the last event of a batch ends by that event's own word; 0 when it has none."""
    events = BATCH_BYTES + 4 * count
    if count == 0 or events > length:
        return 0
    (last,) = _OFFSET.unpack_from(memory, at + events - 4)
    fits = events <= last <= length - EVENT_BYTES
    return last + BATCH_HEADER.unpack_from(memory, at + last)[5] if fits else 0


def _end_of_parts(memory: Buffer, at: int, length: int) -> int:
    """Where the last of an event's detections and sections ends; 0 when they are none."""
    if length < EVENT_BYTES:
        return 0
    head = EVENT.unpack_from(memory, at)
    table = head[4] + (head[18] & 0xFFFFFFFF) * head[19]
    contents = end = table + head[20] * SECTION_BYTES
    if table < EVENT_BYTES or contents > length:
        return 0
    for entry in range(at + table, at + contents, SECTION_BYTES):
        _, offset, size = SECTION.unpack_from(memory, entry)
        end = max(end, offset + size)
    return end + 3 & ~3


def _newer_or(version: int, text: str) -> Unreadable:
    return _newer(version) if version > EVENT_VERSION else Unreadable(text)


def _newer(version: int) -> Unreadable:
    return Unreadable(f"written by a newer Sightlog: version {version}", True)

"""Several whole events in one excerpt."""

from __future__ import annotations

import struct
from typing import List, Optional, Tuple

from ._crc import crc32c
from ._event_check import kind
from ._format import BATCH, BATCH_BYTES, BATCH_HEADER, EVENT_BYTES, MAX_BATCH_EVENTS, Buffer


def is_batch(memory: Buffer, at: int, length: int) -> bool:
    """Of this version; what a later one means by a batch is refused as an event of a newer Sightlog."""
    return kind(memory, at, length) == BATCH


def starts(memory: Buffer, at: int, length: int) -> Tuple[int, ...]:
    """Where its events begin, from its own first byte, and its end. Of a batch that has no damage."""
    count = BATCH_HEADER.unpack_from(memory, at)[6]
    return struct.unpack_from(f"<{count}I", memory, at + BATCH_BYTES) + (length,)


def damage(memory: Buffer, at: int, length: int) -> Optional[str]:
    """What is wrong with the header of a batch, or None. It is looked at whole, also by who leaves out checksums of events."""
    checksum, _, _, _, header_bytes, total, count, _ = BATCH_HEADER.unpack_from(memory, at)
    if header_bytes != BATCH_BYTES:
        return f"the header of a batch has {BATCH_BYTES} bytes, this has {header_bytes}"
    if total != length:
        return f"the batch says it has {total} bytes, and there are {length}"
    if not 1 <= count <= MAX_BATCH_EVENTS or BATCH_BYTES + 4 * count > length:
        return f"count={count} in a batch of {length} bytes"
    if crc32c(memory[at + 4 : at + BATCH_BYTES + 4 * count]) != checksum:
        return "the checksum of the batch's header is wrong"
    before = BATCH_BYTES + 4 * count
    offsets: List[int] = list(struct.unpack_from(f"<{count}I", memory, at + BATCH_BYTES))
    for place, offset in enumerate(offsets):
        if offset < before or offset & 3 or offset > length - EVENT_BYTES:
            return f"event {place} of the batch is at byte {offset} of {length}"
        before = offset + EVENT_BYTES
    return None


def is_sound(memory: Buffer, at: int, length: int) -> bool:
    """Whether the bytes of all its events are as they were written; of a batch that has no damage."""
    _, _, _, _, _, _, count, events_crc = BATCH_HEADER.unpack_from(memory, at)
    computed: int = crc32c(memory[at + BATCH_BYTES + 4 * count : at + length])
    return computed == events_crc

"""Whether a document that is not sound may be passed over, and whether an end may be believed.

Nothing vouches for their lengths, so what they lead over is searched for sound events (docs/format.md, Breaks).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from . import _batch, _event_check
from ._errors import FileAccessError
from ._format import BATCH_BYTES, DOCUMENT, EVENT_BYTES, MAGIC, MAX_EVENT_BYTES, Buffer

if TYPE_CHECKING:
    from ._cycle import CycleFile

# How many bytes a search for events reads for checksums, for each byte of the file, and beyond that.
_MOST_CHECKED, _CHECKED_ANYWAY = 8, 64 << 20
# How many documents are walked over, for one file, to see whether numbers agree.
_MOST_STEPS = 1 << 22
# As much is looked at behind an end, or more where something lies, up to the longest document.
_LOOKED_BEHIND, _REACH = 64 << 10, MAX_EVENT_BYTES + (1 << 20)
# Of the mark at a cycle's end, with the word that Chronicle writes behind it.
_MARK_BYTES = 8


class Jumps:
    """Of one file."""

    def __init__(self, file: CycleFile) -> None:
        self._file = file
        self._size = file.file.size()
        self._budget = budget(self._size)
        self.steps = _MOST_STEPS  # still to be walked, to see whether numbers agree
        self._clean_end = 1 << 63
        self._false_end = (-1, 0)

    def _grown(self) -> int:
        size = self._file.file.size()
        if size > self._size:
            self._budget[0] += _MOST_CHECKED * (size - self._size)
            self._size = size
        return size

    def is_sound(self, payload: int, length: int) -> bool:
        """Whether a sound event or batch of that size lies there."""
        self._grown()
        if self._budget[0] <= 0 or not self._file.file.has(payload, length):
            return False
        self._budget[0] -= length
        return is_whole(self._file.file.memory, payload, length)

    def is_event_between(self, start: int, end: int) -> bool:
        """Whether a document with a sound event in it begins between two bytes."""
        size = self._grown()
        self._file.file.give(start, min(size, end + _LOOKED_BEHIND))
        return find_event(self._file.file.memory, start, size, True, self._budget, end) >= 0

    def is_false_end(self, position: int, header: int) -> bool:
        """Whether published events lie behind what looks like an end. Looked for once, and not at later ends again.

        What lies in an event that is being written there is not published.
        """
        if self._false_end == (position, header):
            return True
        if position >= self._clean_end:
            return False  # of a file that grows the end goes on
        behind = self._behind(position)
        if behind and int.from_bytes(behind[:4], "little") != header:
            return False  # there is more meanwhile
        own = own_length(behind, 0) if len(behind) >= 4 + EVENT_BYTES else 0
        if not behind or find_event(behind, 4 + own, len(behind), True, budget(len(behind))) < 0:
            self._clean_end = position
            return False
        self._false_end = (position, header)
        return True

    def _behind(self, position: int) -> bytes:
        """Read and not mapped, since a file may be cut behind its end: up to a piece that holds nothing but 0."""
        read, looked = b"", _MARK_BYTES
        while len(read) < _REACH:
            try:
                wanted = min(max(_LOOKED_BEHIND, len(read)), _REACH - len(read))
                piece = os.pread(self._file.file.fd, wanted, position + len(read))
            except OSError as problem:
                raise FileAccessError(f"cannot read {self._file.path}", problem) from problem
            read += piece
            if not piece or not read[looked:].strip(b"\0"):
                break
            looked = len(read)
        return read if read[_MARK_BYTES:].strip(b"\0") else b""


def own_length(memory: Buffer, position: int) -> int:
    """What an event after the header at a position says of its own size; 0 when there is none, or it cannot be."""
    _, magic, _, _, own = DOCUMENT.unpack_from(memory, position)
    return int(own) if magic == MAGIC and BATCH_BYTES <= own <= MAX_EVENT_BYTES and own & 3 == 0 else 0


def budget(size: int) -> list[int]:
    return [_MOST_CHECKED * size + _CHECKED_ANYWAY]


def is_whole(memory: Buffer, payload: int, length: int) -> bool:
    """Whether an event or a batch there is sound."""
    if length >= BATCH_BYTES and _batch.is_batch(memory, payload, length):
        return _batch.damage(memory, payload, length) is None
    return _event_check.damage(memory, payload, length, True) is None


def find_event(
    memory: Buffer, start: int, size: int, with_header: bool, budget: list[int], until: int = 1 << 63
) -> int:
    """The next position, a multiple of 4, of a header with a sound event or batch behind it; -1 when there is none.

    with_header: the header must be right, too. budget: how many bytes may still be read for checksums. until: it is before that.
    """
    at = start + 8  # of the magic
    end = min(size, until + 8 + len(MAGIC) - 1)
    while budget[0] > 0:
        at = memory.find(MAGIC, at, end)  # type: ignore[union-attr]
        if at < 0 or at + 8 + 4 > size:
            return -1
        position = at - 8
        header, _, _, _, total = DOCUMENT.unpack_from(memory, position)
        fits = BATCH_BYTES <= total <= MAX_EVENT_BYTES and total & 3 == 0 and position + 4 + total <= size
        if position & 3 == 0 and fits and (header == total or not with_header):
            budget[0] -= total
            if is_whole(memory, position + 4, total):
                return position
        at += 1
    return -1

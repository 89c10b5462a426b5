"""One cycle's file: its header, its index, and what it says of its own end. Everything is checked before it is followed."""

from __future__ import annotations

import struct
from typing import Any, Optional

from ._errors import DamageError
from ._files import Mapped
from ._format import (
    HEADER, IN_PROGRESS, LENGTH, LONG, MAGIC, METADATA, SEQUENCE_MASK,
    WireError, wire_array, wire_event, wire_field, wire_long, wire_number,
)  # fmt: skip

_MAX_HEADER_BYTES = 4096
_MAX_INDEX_COUNT = 1 << 15
_MAX_INDEX_SPACING = 1 << 20
_MIN_DOCUMENT_BYTES = 8
_MAX_FILE_BYTES = 1 << 48
_OWN_BYTES = struct.Struct("<4x4s4xi")


class CycleFile:
    def __init__(self, cycle: int, file: Mapped, header: bytes) -> None:
        self.cycle = cycle
        self.file = file
        self.path = file.path
        self.jumps: Any = None  # what is known of documents that are not sound, once there was one
        self.resync: Any = None  # where documents go on behind a break, once it was looked for
        self._write_position = wire_array(header, wire_field(header, "writePosition"), 4)
        self.index_count = _power_of_2(header, "indexCount", _MAX_INDEX_COUNT)
        self.index_spacing = _power_of_2(header, "indexSpacing", _MAX_INDEX_SPACING)
        self._index2index = wire_long(header, wire_field(header, "index2Index"), 4)
        self._last_index = wire_long(header, wire_field(header, "lastIndex"), 4)
        if wire_number(header, wire_field(header, "dataFormat")) != 1:
            raise WireError("its data format is not 1")

    @staticmethod
    def try_open(path: str, cycle: int) -> Optional[CycleFile]:
        """None while it is not there, or its header is not complete; DamageError when that cannot be one."""
        try:
            file = Mapped(path)
        except FileNotFoundError:
            return None
        try:
            header = HEADER.unpack_from(file.memory)[0] & 0xFFFFFFFF if file.has(0, 4) else 0
            length = header & LENGTH
            if header == 0 or header & IN_PROGRESS:
                file.close()
                return None
            if not header & METADATA or length > _MAX_HEADER_BYTES or not file.has(4, length):
                raise WireError(f"its header is damaged ({header:x})")
            return CycleFile(cycle, file, bytes(file.memory[4 : 4 + length]))
        except (WireError, struct.error) as problem:
            file.close()
            raise DamageError(f"{path} cannot be read as a cycle of the journal: {problem}", cycle << 32) from problem

    def close(self) -> None:
        self.file.close()

    def _long(self, at: int) -> int:
        value: int = LONG.unpack_from(self.file.memory, at)[0]
        return value

    # What the file says of itself. Writers set it after the event is published: it may lag, and is never ahead.

    def claimed_position(self) -> int:
        """Where a recent last document is."""
        return self._long(self._write_position)

    def claimed_number(self) -> int:
        """That document's position, its lower 32 bits, and number."""
        return self._long(self._write_position + 8) & 0xFFFF_FFFF_FFFF_FFFF

    def last_index(self) -> int:
        """The next number to be indexed."""
        return self._long(self._last_index)

    def claims_agree(self) -> bool:
        return self.claimed_number() >> 32 == self.claimed_position() & SEQUENCE_MASK

    def counted_documents(self) -> int:
        """How many documents there were, by two words on the last one that agree; else 0."""
        return (self.claimed_number() & SEQUENCE_MASK) + 1 if self.claimed_position() and self.claims_agree() else 0

    def claimed_documents(self) -> int:
        """How many documents there were at least, by all the file says of itself that can be."""
        position = self.claimed_position()
        indexed = self.last_index()
        documents = self.counted_documents()
        if documents == 0 and indexed > 0 and indexed % self.index_spacing == 0:
            documents = indexed - self.index_spacing + 1
        most = max(self.file.size(), min(position, _MAX_FILE_BYTES)) // _MIN_DOCUMENT_BYTES
        return documents if documents <= most else 0

    def claims_more(self, position: int, sequence: Optional[int] = None) -> bool:
        """Whether the file says that there is a document at a position or behind it, where none was found.

        With a sequence also by the numbers, where the two words that tell the position do not agree.
        """
        if self.claimed_position() >= position:
            return True
        if sequence is None or self.claims_agree():
            return False
        packed = self.claimed_number()
        if packed >> 32 >= position & SEQUENCE_MASK and packed & SEQUENCE_MASK >= sequence:
            return True
        return self.last_index() - self.index_spacing >= sequence and self.claimed_documents() > sequence

    # The index

    def entry(self, n: int) -> int:
        """The position the index has for its n-th entry; 0 when it has none that can be right."""
        position = self.raw_entry(n)
        if position <= 0 or position & 3 or not self.file.has(position, 4):
            return 0
        header = HEADER.unpack_from(self.file.memory, position)[0]
        return position if header > 0 and not header & METADATA and self.is_event(position + 4, header) else 0

    def raw_entry(self, n: int) -> int:
        """Likewise unchecked; 0 when there is no such slot in use."""
        page = self._slot(self._long(self._index2index), "index2index", n // self.index_count)
        return self._slot(page, "index", n % self.index_count) if page else 0

    def entries(self) -> int:
        """How many there can be."""
        return min(self.file.size() // 8, max(0, self.last_index())) // self.index_spacing

    def _slot(self, document: int, name: str, slot: int) -> int:
        size = 64 + self.index_count * 8
        if slot >= self.index_count or document <= 0 or document & 3 or not self.file.has(document, size):
            return 0
        head = bytes(self.file.memory[document + 4 : document + 64])
        after = wire_event(head, name)
        if not after:
            return 0
        try:
            values = wire_array(head, after, document + 4)
        except WireError:
            return 0
        return self._long(values + 8 * slot) if slot < self._long(values - 8) else 0

    def is_index_page(self, payload: int, length: int) -> bool:
        """Whether a document of which all is there is a page of the index, by its name and size."""
        head = bytes(self.file.memory[payload : payload + min(length, 64)])
        after = wire_event(head, "index") or wire_event(head, "index2index")
        if not after:
            return False
        try:
            return wire_array(head, after, payload) + 8 * self.index_count == payload + length
        except WireError:
            return 16 <= length - self.index_count * 8 <= 64  # with damage in front of its values

    def has_page_name(self, payload: int, length: int) -> bool:
        """One that has the name alone has a damaged header."""
        head = bytes(self.file.memory[payload : payload + min(length, 16)])
        return bool(wire_event(head, "index") or wire_event(head, "index2index"))

    def is_event(self, payload: int, length: int) -> bool:
        """Whether what begins here says of itself that it is an event, or a batch, of this size."""
        return (
            length >= 16
            and self.file.has(payload, 16)
            and _OWN_BYTES.unpack_from(self.file.memory, payload) == (MAGIC, length)
        )


def _power_of_2(header: bytes, name: str, most: int) -> int:
    value = wire_number(header, wire_field(header, name))
    if not 1 <= value <= most or value & (value - 1):
        raise WireError(f"{name}={value} is not a power of 2 up to {most}")
    return value



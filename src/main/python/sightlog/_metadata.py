"""metadata.cq4t, and the names of cycles' files."""

from __future__ import annotations

import calendar
import os
import re
import struct
import time
from typing import Dict, List, Optional

from ._errors import FileAccessError, NotAJournal
from ._files import Mapped
from ._format import (
    HEADER, IN_PROGRESS, LENGTH, LONG, METADATA, WireError,
    next_document, wire_event, wire_field, wire_long, wire_number, wire_text,
)  # fmt: skip

SUFFIX = ".cq4"
MAX_CYCLE = 2**31 - 1

_MAX_DOCUMENT_BYTES = 4096
_MAX_FILE_BYTES = 1 << 20

# pattern of the names -> length of a cycle in ms, and the name as strftime takes it
_ROLLS = {
    "yyyyMMdd-HHmmss'T'": (1_000, "%Y%m%d-%H%M%ST"),
    "yyyyMMdd-HHmm": (60_000, "%Y%m%d-%H%M"),
    "yyyyMMdd-HHmm'V'": (300_000, "%Y%m%d-%H%MV"),
    "yyyyMMdd-HHmm'X'": (600_000, "%Y%m%d-%H%MX"),
    "yyyyMMdd-HHmm'H'": (1_800_000, "%Y%m%d-%H%MH"),
    "yyyyMMdd-HH'F'": (3_600_000, "%Y%m%d-%HF"),
    "yyyyMMdd-HH'VI'": (21_600_000, "%Y%m%d-%HVI"),
    "yyyyMMdd'F'": (86_400_000, "%Y%m%dF"),
}

_KEYS = ("listing.highestCycle", "listing.lowestCycle", "listing.modCount", "chronicle.write.lock", "chronicle.append.lock")


class Roll:
    """How long a cycle is, and how its file is named."""

    def __init__(self, millis: int, pattern: str) -> None:
        known = _ROLLS.get(pattern)
        if known is None or known[0] != millis:
            raise WireError(f"this journal rolls every {millis} ms as {pattern}, which this Sightlog does not know")
        self.millis = millis
        self._name = known[1]
        fields = re.sub("%[YmdHMS]", lambda m: r"(\d{4})" if m[0] == "%Y" else r"(\d\d)", self._name)
        self._regex = re.compile(fields, re.ASCII)

    def file_name(self, cycle: int) -> str:
        return time.strftime(self._name, time.gmtime(cycle * self.millis // 1000)) + SUFFIX

    def cycle_of(self, file: str) -> Optional[int]:
        """The cycle a file belongs to, None when it is not one of this roll."""
        match = self._regex.fullmatch(file[: -len(SUFFIX)]) if file.endswith(SUFFIX) else None
        if match is None:
            return None
        fields = [int(text) for text in match.groups()]
        try:
            seconds = calendar.timegm(tuple(fields + [0] * (6 - len(fields))))  # type: ignore[arg-type]
        except ValueError:
            return None
        cycle = seconds * 1000 // self.millis
        return cycle if 0 <= cycle <= MAX_CYCLE and self.file_name(cycle) == file else None

    def cycles(self, directory: str) -> List[int]:
        """The cycles that have a file, ascending."""
        found = (self.cycle_of(file) for file in _files(directory))
        return sorted(cycle for cycle in found if cycle is not None)


class Metadata:
    """How the journal rolls, and the words its writers share."""

    def __init__(self, file: Mapped, roll: Roll, words: Dict[str, int]) -> None:
        self._file = file
        self._highest = words["listing.highestCycle"]
        self.roll = roll

    @staticmethod
    def try_open(directory: str) -> Optional[Metadata]:
        """None while it is not there, or not complete."""
        path = os.path.join(directory, "metadata.cq4t")
        try:
            file = Mapped(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        try:
            metadata = _read(file)
            if metadata is None and _files(directory):
                metadata = _read(file)  # in case it was completed since
                if metadata is None:
                    raise WireError("it is not complete, though cycles were written: it is damaged")
        except (WireError, struct.error) as problem:
            file.close()
            raise NotAJournal(f"{directory} is not a journal this Sightlog can read: metadata.cq4t: {problem}") from problem
        if metadata is None:
            file.close()
        return metadata

    def highest_cycle(self) -> int:
        """The highest cycle a writer has opened; far below 0 before the first."""
        value: int = LONG.unpack_from(self._file.memory, self._highest)[0]
        return min(MAX_CYCLE, value)

    @property
    def fd(self) -> int:
        return self._file.fd

    def is_stale(self) -> bool:
        """Whether what is mapped is not what writers write to."""
        return self._file.is_stale(self._highest)

    def close(self) -> None:
        self._file.close()


def _files(directory: str) -> List[str]:
    try:
        return [file for file in os.listdir(directory) if file.endswith(SUFFIX)]
    except OSError as problem:
        raise FileAccessError(f"cannot list the files of journal {directory}", problem) from problem


def _read(file: Mapped) -> Optional[Metadata]:
    size = min(file.size(), _MAX_FILE_BYTES)
    file.give(0, size)
    roll: Optional[Roll] = None
    words: Dict[str, int] = {}
    at = 0
    while at + 4 <= size:
        header = HEADER.unpack_from(file.memory, at)[0] & 0xFFFFFFFF
        length = header & LENGTH
        if header == 0 or header & IN_PROGRESS:
            break
        if length > _MAX_DOCUMENT_BYTES or at + 4 + length > size or (at == 0 and not header & METADATA):
            raise WireError(f"its document at byte {at} is damaged (header {header:x})")
        data = bytes(file.memory[at + 4 : at + 4 + length])
        if at == 0:
            if wire_number(data, wire_field(data, "epoch")) != 0:
                raise WireError("its cycles do not count from 1970")
            roll = Roll(wire_number(data, wire_field(data, "length")), wire_text(data, wire_field(data, "format")))
        for key in _KEYS:
            value = wire_event(data, key)
            if value:
                words[key] = wire_long(data, value, at + 4)
        at = next_document(at, length)
    return Metadata(file, roll, words) if roll is not None and len(words) == len(_KEYS) else None

"""sightlog.pruned: what was deleted to make room, and how much of it a reader has missed."""

from __future__ import annotations

import os
from typing import Dict, NamedTuple, Optional

from ._errors import Missed
from ._files import read_regular
from ._format import SEQUENCE_MASK

_MAX_READ_BYTES = 1 << 20


class Entry(NamedTuple):
    cycle: int
    excerpts: int
    last_places: int
    first_appended_nanos: int
    last_appended_nanos: int
    pruned_nanos: int


def _read(directory: str) -> Dict[int, Entry]:
    """All that is known, by cycle, ascending; the last line of a cycle counts."""
    try:
        content = read_regular(os.path.join(directory, "sightlog.pruned"), _MAX_READ_BYTES)
    except FileNotFoundError:
        return {}
    entries = {}
    for line in content.decode("ascii", "replace").split("\n"):
        fields = line.split(" ")
        if len(fields) == len(Entry._fields) and all(f.isascii() and f.isdigit() and len(f) < 20 for f in fields):
            entry = Entry(*map(int, fields))
            if entry.cycle < 1 << 31 and entry.excerpts <= 1 << 32:
                entries[entry.cycle] = entry
    return dict(sorted(entries.items()))


def resuming(directory: str, at_start: bool, index: int, handled_place: int, moved_nanos: int, next_cycle: int) -> Optional[Missed]:
    """What a consumer has missed that goes on in a later cycle than its position is in.

    handled_place: the place it has handled there, -1 when it stands at the index itself.
    """
    pruned = _read(directory)
    if at_start:
        pruned = {cycle: entry for cycle, entry in pruned.items() if entry.pruned_nanos >= moved_nanos}
        return _sum(pruned, min(pruned) << 32, next_cycle) if pruned else None
    if index >> 32 >= next_cycle:
        return None
    own = pruned.get(index >> 32)
    if own is None:
        return Missed(index, next_cycle << 32, None)
    was_last_place = index & SEQUENCE_MASK < own.excerpts - 1 or handled_place + 1 >= own.last_places
    return _sum(pruned, index + (1 if handled_place >= 0 and was_last_place else 0), next_cycle)


def seeking(directory: str, index: int, next_cycle: int) -> Optional[Missed]:
    """What a reader has missed that asked for an index; None when nothing of it was deleted, as far as is known."""
    return _sum(_read(directory), index, next_cycle)


def since(directory: str, nanos: int, next_cycle: int) -> Optional[Missed]:
    """What a reader has missed that asked for a time: events appended then or later."""
    first, excerpts = -1, 0
    for entry in _read(directory).values():
        if entry.cycle < next_cycle and entry.excerpts > 0 and entry.last_appended_nanos >= nanos:
            first = entry.cycle << 32 if first < 0 else first
            excerpts += entry.excerpts if entry.first_appended_nanos >= nanos else 1
    return Missed(first, next_cycle << 32, excerpts) if excerpts else None


def passing(directory: str, cycle: int, next_cycle: int) -> Optional[Missed]:
    """What a reader has missed that has read all of a cycle whose file is gone."""
    if cycle + 1 == next_cycle:
        return None
    pruned = _read(directory)
    first = cycle + 1 << 32
    return _sum(pruned, first, next_cycle) if cycle in pruned else Missed(first, next_cycle << 32, None)


def _sum(pruned: Dict[int, Entry], first: int, next_cycle: int) -> Optional[Missed]:
    cycle = first >> 32
    if cycle >= next_cycle:
        return None
    excerpts = 0
    for entry in pruned.values():
        if cycle <= entry.cycle < next_cycle:
            excerpts += max(0, entry.excerpts - (first & SEQUENCE_MASK if entry.cycle == cycle else 0))
    return Missed(first, next_cycle << 32, excerpts) if excerpts else None

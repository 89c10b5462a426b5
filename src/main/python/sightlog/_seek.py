"""Takes a walk to where reading is to begin. Damage on the way is passed over: it is told when it is read."""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple, Optional, Tuple, Union

from . import _batch
from ._crc import crc32c
from ._cursor import BROKEN, DATA, Cursor
from ._errors import NoEvent, position_text
from ._format import EVENT, EVENT_BYTES, MAGIC, SEQUENCE_MASK, Buffer
from ._walk import Walk

Start = Union[str, int, datetime.datetime, None]

_NEVER = (1 << 63) - 1
_SEARCHED = 256  # a multiple of the index spacing of every roll
_POSITION = re.compile(r"0x([0-9a-fA-F]{1,16})(?::([0-9]{1,9}))?")
_CENTURY_BEGINS, _CENTURY_ENDS = 946_684_800, 4_102_444_800  # seconds: 2000-01-01 and 2100-01-01
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


class Where(NamedTuple):
    """kind is "start", "last" (events; 0 is the end), "at" (index and place) or "time" (nanos)."""

    kind: str
    events: int = 0
    index: int = 0
    place: int = 0
    nanos: int = 0


OLDEST = Where("start")


def parse(start: Start) -> Where:
    """ValueError for what is none of the starts there are."""
    if start is None or start == "start":
        return OLDEST
    if start == "end":
        return Where("last")
    if isinstance(start, datetime.datetime):
        if start.tzinfo is None:
            raise ValueError(f"start={start!r} has no time zone: use datetime.now(timezone.utc), or .astimezone()")
        delta = start - _EPOCH
        return Where("time", nanos=(delta.days * 86_400 + delta.seconds) * 1_000_000_000 + delta.microseconds * 1_000)
    text = str(start)
    if isinstance(start, (int, str)) and not isinstance(start, bool):
        position = parse_position(text)
        if position:
            return Where("at", index=position[0], place=position[1])
        if re.fullmatch("-[0-9]{1,18}", text):
            return Where("last", events=-int(text))
        if re.fullmatch("[0-9]{1,19}", text) and int(text) <= _NEVER:
            return Where("time", nanos=_since_epoch(int(text)))
    raise ValueError(
        f'start={start!r} is no place: "start", "end", -N, "0x<index>[:<place>]", a datetime or a number since the epoch is needed'
    )


def parse_position(text: str) -> Optional[Tuple[int, int]]:
    """Index and place; None for what is no position."""
    found = _POSITION.fullmatch(text)
    return (int(found[1], 16), int(found[2] or 0)) if found and int(found[1], 16) < 1 << 63 else None


def _since_epoch(number: int) -> int:
    """A number in the unit, seconds to nanoseconds, in which it lies in this century; else in nanoseconds."""
    for per_second in (1, 1_000, 1_000_000):
        if _CENTURY_BEGINS * per_second <= number < _CENTURY_ENDS * per_second:
            return number * (1_000_000_000 // per_second)
    return number


def to(walk: Walk, where: Where) -> None:
    walk.rewind()
    if where.kind == "last":
        _last(walk, where.events)
    elif where.kind == "at":
        _at(walk, where.index, where.place)
    elif where.kind == "time":
        _time(walk, where.nanos)


def to_consumer(walk: Walk, index: int, place: int, behind: bool) -> bool:
    """Goes where a consumer's file says; False when that is behind the end of the journal."""
    walk.rewind()
    if not _index(walk, index):
        return False
    if walk.cursor is None or walk.index != index:
        return True
    found = walk.cursor.peek()
    if found != DATA:
        return found == BROKEN or not behind
    _leave(walk, index, place + (1 if behind else 0), place > 0)
    return True


def _at(walk: Walk, index: int, place: int) -> None:
    if not _index(walk, index):
        raise NoEvent(f"no event at {position_text(index, place)}: the journal {walk.directory} ends before it")
    if place > 0 and walk.cursor is not None and walk.index == index:
        _leave(walk, index, place, True)


def _leave(walk: Walk, index: int, places: int, is_batch: bool) -> None:
    """Moves past places of a batch. One that is damaged stays: it is told when it is read."""
    for _ in range(places):
        if walk.index != index or not walk.peek_here():
            return
        if is_batch and not walk.starts and _stamp_here(walk) is None:
            return
        walk.leave()


def _index(walk: Walk, index: int) -> bool:
    """Moves to an index, or to the first event behind it; False when the journal ends before it."""
    wanted, sequence = index >> 32, index & SEQUENCE_MASK
    for cycle in walk.cycles():
        if cycle < wanted:
            continue
        if not walk.enter(cycle):
            walk.rewind(cycle)  # not to be read: that is told when it is tried, and what follows is behind it
            return True
        at = walk.cursor
        assert at is not None
        if cycle > wanted or at.to(sequence) or at.sequence == sequence or at.peek() == BROKEN:
            return True
        return walk.highest_cycle() > cycle
    return index == 0


def _last(walk: Walk, events: int) -> None:
    wanted = events
    for cycle in reversed(walk.cycles()):
        if not walk.enter(cycle):
            continue
        at = walk.cursor
        assert at is not None
        at.to_end()
        there = at.sequence
        if there >= wanted:
            if wanted > 0:
                at.to(there - wanted)
            wanted = -1
            break
        wanted -= there
    if wanted > 0:
        walk.rewind()  # all excerpts, and of the first of them, when it is a batch, perhaps not all events
    if events > 0:
        surplus = _remaining(walk) - events
        while surplus > 0 and walk.peek_past_damage():
            walk.leave()
            surplus -= 1


def _remaining(walk: Walk) -> int:
    """How many events there are from here to the end; the walk stays where it is."""
    from_start = walk.is_rewound()  # then nothing is looked at here: what is damaged is told once
    if not from_start and not walk.peek_past_damage():
        return 0
    ahead = Walk(walk.directory)
    try:
        if not ahead.open():
            return 0
        if not from_start:
            _at(ahead, walk.index, 0)
        events = 0 if from_start else -walk.place
        while ahead.peek_past_damage():
            events += ahead.leave_excerpt()
        return events
    finally:
        ahead.close()


def _time(walk: Walk, nanos: int) -> None:
    """By search: stamps never run backwards in a journal."""
    cycles = walk.cycles()
    low, high = 0, len(cycles)  # the first cycle that begins at the time or later is in low .. high
    while low < high:
        middle = (low + high) // 2
        filled = middle  # a cycle without events tells nothing: the next one does
        first = _NEVER
        while filled < high:
            first = _appended(walk.cursor, 0) if walk.enter(cycles[filled]) and walk.cursor else _NEVER
            if first != _NEVER:
                break
            filled += 1
        if first < nanos:
            low = filled + 1
        else:
            high = middle
    if low == 0:
        walk.rewind()
        return
    walk.enter(cycles[low - 1])
    at = walk.cursor
    if at is None:
        walk.rewind(cycles[low - 1])
        return
    at.to_end()
    end = at.sequence
    start = _search(at, nanos, end, False)
    if _appended(at, start) < nanos or (start > 0 and _appended(at, start - 1) >= nanos):
        start = _search(at, nanos, end, True)  # the index has led astray
    at.to(max(0, start - 1))  # begins before that time, but may be a batch that does not end before it
    while at.sequence < start and walk.peek_here() and (not walk.starts or max(0, _stamp_here(walk) or 0) < nanos):
        walk.leave()


def _search(at: Cursor, nanos: int, end: int, checked: bool) -> int:
    """Number of the first document appended at a time or later."""
    start, stop = 0, end
    while start < stop:
        middle = (start + stop) // 2
        if stop - start > _SEARCHED:  # what the file's index has: anything else is walked to
            middle = middle // _SEARCHED * _SEARCHED
            middle = middle + _SEARCHED if middle <= start else middle
        at.to(middle, checked)
        if _appended_here(at) < nanos:
            start = middle + 1
        else:
            stop = middle
    return start


def _appended(at: Optional[Cursor], sequence: int) -> int:
    """When a document was appended; that of the next one when it is not an event; never when there is none."""
    assert at is not None
    at.to(sequence)
    return _appended_here(at)


def _appended_here(at: Cursor) -> int:
    while True:
        found = at.peek()
        if found == DATA:
            nanos = _stamp(at.file.file.memory, at.payload, at.length)
            if nanos is not None:
                return nanos
            at.advance()
        elif found != BROKEN or not at.resync():
            return _NEVER


def _stamp_here(walk: Walk) -> Optional[int]:
    at = walk.cursor
    assert at is not None
    return _stamp(at.file.file.memory, *walk.extent())


def _stamp(memory: Buffer, at: int, length: int) -> Optional[int]:
    """When it was appended, if its bytes are as they were written, also by a later version: others must not lead a search astray."""
    if _batch.is_batch(memory, at, length):
        if _batch.damage(memory, at, length) is not None:
            return None
        starts = _batch.starts(memory, at, length)
        at, length = at + starts[0], starts[1] - starts[0]
    if length < EVENT_BYTES:
        return None
    head = EVENT.unpack_from(memory, at)
    if head[1] != MAGIC or head[5] != length or head[0] != crc32c(memory[at + 4 : at + length]):
        return None
    nanos: int = head[8]
    return nanos

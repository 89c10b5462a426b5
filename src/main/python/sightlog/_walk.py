"""A place in a journal, moving over its events: from excerpt to excerpt, through batches, and from file to file.

It looks at structure alone; whether an event is good is for who reads it. One thread at a time.
"""

from __future__ import annotations

import contextlib
import os
from typing import List, Optional, Tuple

from . import _batch, _pruned, _signal
from ._cursor import BROKEN, DATA, NOTHING, Cursor
from ._cycle import CycleFile
from ._errors import DamageError, FileAccessError, JournalReplaced, Missed, SightlogError
from ._event_check import is_filler
from ._files import Mapped, is_there
from ._format import BATCH
from ._identity import Identity
from ._jumps import budget, find_event
from ._metadata import Metadata

# A writer makes a file at least this large before it writes into it.
_SMALLEST_MADE = 64 << 10
# How far into a file without a header the first event is looked for: behind two pages of any index.
_LOOKED_THROUGH = 2 << 20


class Walk:
    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.metadata: Optional[Metadata] = None
        self._identity: Optional[Identity] = None
        self.cursor: Optional[Cursor] = None
        self.starts: Tuple[int, ...] = ()  # of the events in the batch the cursor is at, and its end; empty at none
        self.place = 0
        self.missed: Optional[Missed] = None
        self._first_cycle = 0
        self._told = (-1, -1)  # cycle and position of the break that was told last
        self._looked_behind = -1
        self._told_lost = -1
        self._looked_at_header = -1
        self._told_missing = -1

    def open(self) -> bool:
        """Opens the journal when it is complete; False while it is not."""
        if self.metadata is None:
            opened = Metadata.try_open(self.directory)
            if opened is not None:
                try:
                    self._identity = Identity(self.directory, opened.fd)
                    self.metadata = opened
                except JournalReplaced:
                    opened.close()  # made anew while we looked: the next look finds that one
                except SightlogError:
                    opened.close()
                    raise
        return self.metadata is not None

    def check_same(self) -> None:
        """JournalReplaced when the journal is another one, or what is mapped is not what its writers write to. For quiet times."""
        if self._identity is None or self.metadata is None:
            return
        self._identity.check()
        at = self.cursor
        if self.metadata.is_stale() or (at is not None and at.file.file.is_stale(at.position)):
            raise self._identity.copied()

    def close(self) -> None:
        self.rewind()
        if self.metadata is not None:
            self.metadata.close()
            self.metadata = None
        if self._identity is not None:
            self._identity.close()
            self._identity = None

    # Events

    def peek(self) -> bool:
        """Whether there is an event here; goes on to the next file when this one has ended.

        DamageError where documents cannot be followed, or fewer are there than should be: once; the next call goes on behind it.
        """
        if self.starts:
            return True
        while True:
            at = self.cursor
            if at is None:
                if not self._to_first_cycle():
                    return False
                continue
            found = at.peek()
            if found == DATA:
                if at.kind == BATCH:
                    self._open_batch(at)
                return True
            if found == BROKEN and not self._go_on(at):
                continue
            if not self._may_have_next(at.file.cycle) or not self._to_next_cycle(at, found == NOTHING):
                return False

    def peek_here(self) -> bool:
        """Whether there is an event here, in this file, and before any break: goes nowhere and tells nothing."""
        if self.starts:
            return True
        at = self.cursor
        if at is None or at.peek() != DATA:
            return False
        if at.kind == BATCH:
            self._open_batch(at)
        return True

    def peek_past_damage(self) -> bool:
        while True:
            try:
                return self.peek()
            except DamageError:
                pass  # it was moved past

    def _open_batch(self, at: Cursor) -> None:
        """A batch that is damaged stays closed: it counts as one event, and who reads it is told what is wrong with it."""
        memory = at.file.file.memory
        if _batch.damage(memory, at.payload, at.length) is None:
            self.starts = _batch.starts(memory, at.payload, at.length)
            self.place = 0

    @property
    def index(self) -> int:
        at = self.cursor
        return at.file.cycle << 32 | at.sequence if at is not None else 0

    def extent(self) -> Tuple[int, int]:
        """Where the bytes of the event here are, and how many. After peek said that there is one."""
        at = self.cursor
        assert at is not None
        if not self.starts:
            return at.payload, at.length
        start = self.starts[self.place]
        return at.payload + start, self.starts[self.place + 1] - start

    def leave(self) -> None:
        """Moves past the event here."""
        self.place += 1
        if self.place >= len(self.starts) - 1:
            self.leave_excerpt()

    def leave_excerpt(self) -> int:
        """Moves past all of its excerpt, and says how many events were left of it."""
        left = max(1, len(self.starts) - 1 - self.place)
        self.place = 0
        self.starts = ()
        if self.cursor is not None:
            self.cursor.advance()
        return left

    # Breaks

    def past_fillers(self, first: int) -> DamageError:
        """Moves past the fillers behind one that was left just now; what tells all of them at once."""
        at = self.cursor
        assert at is not None
        at.carefully(True)
        with contextlib.suppress(FileAccessError):  # the next look meets it again
            while at.peek() == DATA and is_filler(at.file.file.memory, at.payload, at.length):
                at.advance()
        at.carefully(False)
        lost = (at.file.cycle << 32 | at.sequence) - first
        what = f"excerpt 0x{first:x} was" if lost == 1 else f"{lost} excerpts from 0x{first:x} on were"
        return DamageError(f"{at.file.path}: {what} lost with a loss of power", first)

    def _go_on(self, at: Cursor) -> bool:
        """Tells a break, once; True when it was told before and nothing in this file can be read behind it."""
        position, sequence = at.position, at.sequence
        told = (at.file.cycle, position) == self._told
        if not at.resync():
            if told:
                return True
        elif told:
            return False  # a writer went on behind it
        self._told = at.file.cycle, position
        text = f"{at.file.path} is damaged at byte {position}: {_missing(at, position, sequence)}"
        raise DamageError(text, at.file.cycle << 32 | sequence)

    # Files

    def cycles(self) -> List[int]:
        """The cycles that have a file now, ascending."""
        assert self.metadata is not None
        try:
            return self.metadata.roll.cycles(self.directory)
        except SightlogError:
            self._check_identity()  # which says better what happened
            raise

    def _check_identity(self) -> None:
        if self._identity is not None:
            self._identity.check()

    def _try_open(self, cycle: int) -> Optional[CycleFile]:
        """One of the journal that is open, and not of another one that has taken its place."""
        file = CycleFile.try_open(self.path(cycle), cycle)
        try:
            self._check_identity()
        except SightlogError:
            if file is not None:
                file.close()
            raise
        return file

    def highest_cycle(self) -> int:
        assert self.metadata is not None
        return self.metadata.highest_cycle()

    def path(self, cycle: int) -> str:
        assert self.metadata is not None
        return os.path.join(self.directory, self.metadata.roll.file_name(cycle))

    def rewind(self, cycle: int = 0) -> None:
        """Back to before the first file from a cycle on, which then is entered, or told of, when it is read."""
        self._first_cycle = cycle
        self._enter(None)

    def is_rewound(self) -> bool:
        return self.cursor is None and self._first_cycle == 0

    def enter(self, cycle: int) -> bool:
        """Goes to the start of a file; False when it is not there, or not complete."""
        try:
            file = self._try_open(cycle)
        except DamageError:
            return False  # told when it is read
        if file is None:
            return False
        self._enter(Cursor(file))
        return True

    def _enter(self, other: Optional[Cursor]) -> None:
        old = self.cursor
        self.cursor = other
        self.starts = ()
        self.place = 0
        if old is not None and (other is None or other.file is not old.file):
            old.file.close()

    def _to_first_cycle(self) -> bool:
        cycles = self.cycles()
        for cycle in cycles:
            file = None if cycle < self._first_cycle else self._open_or_tell(cycle)
            if file is not None:
                self._enter(Cursor(file))
                return True
        self._tell_missing(cycles)
        return False

    def _may_have_next(self, cycle: int) -> bool:
        """Looked up in the directory, too, when the end of a file is met for the first time: a number may be wrong."""
        if self.highest_cycle() > cycle:
            return True
        if self._looked_behind == cycle:
            return False
        cycles = self.cycles()
        self._looked_behind = cycle
        return bool(cycles) and cycles[-1] > cycle

    def _to_next_cycle(self, source: Cursor, abandoned: bool) -> bool:
        """Goes on in the next file. One without a complete header is passed when a later one has events.

        abandoned: this one has no end mark: then only when a later one has events already, and this one still nothing more.
        """
        with_events = abandoned
        cycles = self.cycles()
        for cycle in cycles:
            if cycle <= source.file.cycle:
                continue
            file = self._open_or_tell(cycle)
            if file is None:
                with_events = True
                continue
            start = Cursor(file)
            has = not with_events or start.peek() in (DATA, BROKEN)
            if not has or (abandoned and source.peek() != NOTHING):
                file.close()
                continue
            if not is_there(source.file.path):
                self.tell_missed(_pruned.passing(self.directory, source.file.cycle, cycle))
            self._enter(start)
            return True
        self._tell_missing(cycles)
        return False

    def tell_missed(self, missed: Optional[Missed]) -> None:
        self.missed = missed if missed is not None else self.missed

    def _open_or_tell(self, cycle: int) -> Optional[CycleFile]:
        """None when its header is not complete, or damaged and that was told."""
        path = self.path(cycle)
        try:
            file = self._try_open(cycle)
            if file is None and cycle > self._looked_at_header:
                self._tell_lost_header(path, cycle)
                self._looked_at_header = cycle
            return file
        except DamageError:
            self._looked_at_header = max(cycle, self._looked_at_header)
            if cycle > self._told_lost:
                self._told_lost = cycle
                raise
            return None

    def _tell_lost_header(self, path: str, cycle: int) -> None:
        """A file without a complete header may just be one that a writer is making, or died in making."""
        try:
            file = Mapped(path)
        except FileNotFoundError:
            return
        size = file.size()
        looked = min(size, _LOOKED_THROUGH)
        file.give(0, looked)
        events = find_event(file.memory, 0, looked, False, budget(looked)) >= 0
        file.close()
        assert self.metadata is not None
        stamp = _signal.last_appended_nanos(self.directory)
        stamp_cycle = stamp // 1_000_000 // self.metadata.roll.millis if stamp > 0 else -1
        if not events and not (size < _SMALLEST_MADE and stamp_cycle >= cycle):
            return
        ready = CycleFile.try_open(path, cycle)
        if ready is not None:
            ready.close()  # it got its header meanwhile
        elif is_there(path):
            raise DamageError(
                f"{path} is damaged at byte 0: it has no header ({size} bytes), and events were written to it: "
                f"all from 0x{cycle << 32:x} on in this file cannot be read",
                cycle << 32,
            )

    def _tell_missing(self, cycles: List[int]) -> None:
        """Tells, once, when the newest file that a writer has opened is not there."""
        highest = self.highest_cycle()
        if highest < 0 or highest == self._told_missing or (cycles and cycles[-1] >= highest):
            return
        try:
            path = self.path(highest)
            there = is_there(path)
        except (OverflowError, ValueError, OSError):
            path, there = f"the file of cycle {highest}", False
        if not there:
            self._check_identity()
            self._told_missing = highest
            raise DamageError(
                f"{path} is missing: the journal's newest events were in it (metadata.cq4t says so)", highest << 32
            )


def _missing(behind: Cursor, position: int, sequence: int) -> str:
    """How much is missing at a break, as far as the file says."""
    file = behind.file
    first = f"0x{file.cycle << 32 | sequence:x}"
    if behind.position > position:
        lost = behind.sequence - sequence
        goes_on = f"it goes on at byte {behind.position} with 0x{file.cycle << 32 | behind.sequence:x}"
        if lost == 0:
            return f"a document there cannot be followed, and none is missing before {first}"
        if lost == 1:
            return f"excerpt {first} cannot be read; {goes_on}"
        return f"{lost} excerpts from {first} on cannot be read; {goes_on}"
    claimed = file.claimed_documents() - sequence
    if claimed > 0:
        return f"at least {claimed} excerpts from {first} on, up to byte {file.claimed_position()}, cannot be read"
    if file.claims_more(position):
        return (
            f"what follows, from {first} on, cannot be read; the file says that there is more, up to byte "
            f"{file.claimed_position()}, or that number is damaged"
        )
    return f"what follows, from {first} on, cannot be read: no document can be there"

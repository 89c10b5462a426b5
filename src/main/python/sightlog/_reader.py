"""Reads a journal event by event, live or past."""

from __future__ import annotations

import threading
import time
import warnings
from typing import Callable, Iterator, Optional, Tuple

from . import _batch, _pruned, _seek
from ._consumers import AT, AT_START, BEHIND, ConsumerFile
from ._errors import DamageError, FileAccessError, Missed, MissedWarning, NewerError, SightlogError, position_text
from ._event_check import Unreadable, check, is_filler
from ._events import Event
from ._format import BATCH
from ._labels import Catalogue
from ._seek import OLDEST, Where
from ._signal import Sleep
from ._walk import Walk

_CHECK_EVERY_SECONDS = 1.0

OnDamage = Callable[[DamageError], None]
OnMissed = Callable[[Missed], None]


class Reader(Iterator[Event]):
    """An iterator over events, of one thread at a time; ``journal.events`` and ``journal.follow`` give one.

    Damage is raised as DamageError, once, with its position, or given to ``on_damage``. After it was raised, asking for the next
    event goes on behind it. What had been deleted before it could be read is given to ``on_missed``, else it is a MissedWarning.

    JournalReplaced is raised when the journal was replaced, moved or removed, which is looked for when a file is opened, and once a
    second while there are no events.

    With a name, the position is saved when the event after it is asked for, so that an event at which the loop ends or breaks
    is there again next time, unless ``handled()`` was called. With auto_handled=False nothing but ``handled()`` saves it.
    """

    def __init__(
        self, directory: str, start: Where, name: Optional[str], follow: bool, verify: bool,
        on_damage: Optional[OnDamage], on_missed: Optional[OnMissed], auto_handled: bool = True,
    ) -> None:  # fmt: skip
        self._closed = threading.Event()
        self._walk = Walk(directory)
        self._catalogue = Catalogue(directory)
        self._follow = follow
        self._verify = verify
        self._on_damage = on_damage
        self._on_missed = on_missed
        self._sleep: Optional[Sleep] = None
        self._auto_handled = auto_handled
        self._unsaved: Optional[Event] = None
        # What handled(position) takes: from the position saved last, else handed out first, to the newest handed out.
        self._from: Optional[Tuple[int, int]] = None
        self._newest = (0, 0)
        self._told_missed: Optional[Missed] = None
        self._sound = False  # whether all bytes of the batch at hand were checked, and are good
        self._pending: Optional[Where] = None
        self._checked = time.monotonic()
        self._consumer = ConsumerFile(directory, name) if name is not None else None
        try:
            self._begin(start)
        except BaseException:
            self.close()
            raise

    # Iterating

    def __iter__(self) -> Reader:
        return self

    def __next__(self) -> Event:
        while True:
            event = self.poll()
            if event is not None:
                return event
            if not self._follow:
                raise StopIteration
            self._wait()

    def poll(self) -> Optional[Event]:
        """The next event, None when there is none now. Of a named reader the event before counts as handled, but for auto_handled=False."""
        if self._unsaved is not None and self._auto_handled:
            self.handled()
        while True:
            try:
                event = self._next()
            except DamageError as damage:
                if self._on_damage is None:
                    raise
                self._on_damage(damage)
                continue
            if self._walk.missed is not self._told_missed:
                self._tell_missed()
            if event is not None:
                self._hand_out(event.index, event.place)
                if self._consumer is not None:
                    self._unsaved = event
            return event

    def handled(self, position: Optional[str] = None) -> None:
        """Saves, for a named reader, that the event it gave last was handled, or that at a position, and all before it.

        For who finishes events later than it gets them, in order, position is the ``position`` of the newest one that is finished. After
        a death it goes on with the event after that, at the next place when it is within a batch. It may be any from the one saved
        last, also by an earlier reader of this name, to that of the newest event given, both included; before anything was saved,
        from the first event given. ValueError for another one: nothing is saved. Without a name a position is only checked.
        """
        if position is None:
            event, self._unsaved = self._unsaved, None
            if event is not None:
                self._save(event.index, event.place)
            return
        place = _seek.parse_position(str(position))
        if place is None:
            raise ValueError(f"position={position!r} is none of an event: 0x<index>, or 0x<index>:<place>, is needed")
        if self._closed.is_set():
            raise SightlogError(f"this reader of {self._walk.directory} is closed")
        if self._from is None or not self._from <= place <= self._newest:
            wanted = "no event was handed out yet" if self._from is None else (
                f"wanted is one from {position_text(*self._from)}, saved or handed out first, to {position_text(*self._newest)}, "
                "handed out last"
            )  # fmt: skip
            raise ValueError(f"position {position_text(*place)} cannot be saved as handled: {wanted}")
        if self._unsaved is not None and place == self._newest:
            self._unsaved = None
        self._save(*place)

    def close(self) -> None:
        """Gives its name back, if it has one. Events that are held stay valid. Any thread may close a reader that waits."""
        self._closed.set()
        self._unsaved = None
        self._walk.close()
        if self._sleep is not None:
            self._sleep.close()
        if getattr(self, "_consumer", None) is not None:
            self._consumer.close()  # type: ignore[union-attr]

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if hasattr(self, "_closed"):
            self.close()

    # Inside

    def _hand_out(self, index: int, place: int) -> None:
        self._newest = (index, place)
        if self._from is None:
            self._from = self._newest

    def _save(self, index: int, place: int) -> None:
        if self._consumer is not None:
            self._consumer.save(BEHIND, index, place)
            self._from = (index, place)

    def _next(self) -> Optional[Event]:
        walk = self._walk
        if walk.metadata is None and not self._ready() or not walk.peek():
            self._check_same()
            return None
        cursor = walk.cursor
        assert cursor is not None
        memory = cursor.file.file.memory
        index = cursor.file.cycle << 32 | cursor.sequence
        starts = walk.starts
        if starts:
            place = walk.place
            begin = starts[place]
            at, length = cursor.payload + begin, starts[place + 1] - begin
            if place == 0 or not hasattr(self, "_sound_index") or self._sound_index != index:
                self._sound_index = index
                self._sound = not self._verify or _batch.is_sound(memory, cursor.payload, cursor.length)
            verify = not self._sound
        else:
            place, at, length, verify = 0, cursor.payload, cursor.length, self._verify
        kind = cursor.kind
        walk.leave()
        try:
            return Event(memory, at, check(memory, at, length, verify), index, place, self._catalogue)
        except Unreadable as problem:
            if not starts and cursor.back():
                return self._next()  # a break
            if not starts and is_filler(memory, at, length):
                raise walk.past_fillers(index) from None
            what = _batch.damage(memory, at, length) if kind == BATCH and not starts else None
            text = f"event {position_text(index, place)} of {walk.directory} cannot be read: {what or problem}"
            raise (NewerError if problem.newer else DamageError)(text, index, place) from None

    def _check_same(self) -> None:
        """In quiet times, and not more than once a second: that what is waited for can still come."""
        now = time.monotonic()
        if now - self._checked < _CHECK_EVERY_SECONDS:
            return
        try:
            self._walk.check_same()
            if self._consumer is not None and self._walk.metadata is not None:
                self._consumer.check_same()
        except SightlogError:
            if self._closed.is_set():  # meanwhile, by another thread
                raise SightlogError(f"this reader of {self._walk.directory} is closed") from None
            raise
        self._checked = now

    def _wait(self) -> None:
        """Announces a sleep, looks once more, and sleeps when there is still nothing."""
        if self._sleep is None:
            self._sleep = Sleep(self._walk.directory)
        self._sleep.announce()
        walk = self._walk
        if walk.metadata is None or not walk.peek_here():
            self._sleep.sleep()
        if self._closed.is_set():
            raise SightlogError(f"this reader of {walk.directory} is closed")

    def _tell_missed(self) -> None:
        missed = self._told_missed = self._walk.missed
        if missed is None:
            return
        if self._on_missed is not None:
            self._on_missed(missed)
        else:
            warnings.warn(f"{self._walk.directory}: {missed}", MissedWarning, stacklevel=4)

    # Where it begins

    def _begin(self, start: Where) -> None:
        consumer = self._consumer
        if consumer is None or consumer.is_new():
            self._seek(start)
            if consumer is not None and self._pending is None:
                self._save_next(consumer)
        else:
            self._resume(consumer)

    def _resume(self, consumer: ConsumerFile) -> None:
        slot = consumer.slot
        there = self._walk.open()
        if slot.state != AT_START:
            behind = slot.state == BEHIND
            if not there or not _seek.to_consumer(self._walk, slot.index, slot.place, behind):
                position = position_text(slot.index, slot.place)
                raise SightlogError(
                    f"consumer {consumer.name} is past the end of the journal {self._walk.directory}, at {position}: "
                    "events that it has read are gone; the next producer that starts moves it back to the end, and so does "
                    "sightlog consumers reset"
                )
        if slot.state == BEHIND:
            self._hand_out(slot.index, slot.place)
        following = self._cycle_here()
        if following >= 0:
            place = slot.place if slot.state == BEHIND else -1
            at_start = slot.state == AT_START
            found = _pruned.resuming(self._walk.directory, at_start, slot.index, place, slot.moved_nanos, following)
            self._walk.tell_missed(found)

    def _seek(self, start: Where) -> None:
        """While there is no journal it is kept, and an end is the start of what comes."""
        self._pending = OLDEST if start.kind == "last" else start
        if not self._walk.open():
            return
        self._pending = None
        try:
            self._go(start)
        except FileAccessError:
            self._walk.close()  # it is not where it should be: the next look goes there
            self._pending = start
            raise

    def _go(self, start: Where) -> None:
        walk = self._walk
        _seek.to(walk, start)
        if start.kind == "at" and walk.cursor is not None and walk.index > start.index:
            walk.tell_missed(_pruned.seeking(walk.directory, start.index, walk.index >> 32))
        elif start.kind == "time" and self._cycle_here() >= 0:
            walk.tell_missed(_pruned.since(walk.directory, start.nanos, self._cycle_here()))

    def _ready(self) -> bool:
        if self._closed.is_set():
            raise SightlogError(f"this reader of {self._walk.directory} is closed")
        if not self._walk.open():
            return False
        if self._consumer is not None:
            self._consumer.check_same()  # it came before the journal, and the directory may be another one since
        if self._pending is not None:
            self._seek(self._pending)
            if self._consumer is not None and self._consumer.is_new():
                self._save_next(self._consumer)
        return True

    def _cycle_here(self) -> int:
        """The cycle in which it goes on, the oldest one when it is at the start; -1 when there is none to be read yet."""
        walk = self._walk
        if walk.metadata is None or walk.cursor is not None or not walk.is_rewound():
            return walk.index >> 32 if walk.metadata is not None and walk.cursor is not None else -1
        cycles = walk.cycles()
        return cycles[0] if cycles else -1

    def _save_next(self, consumer: ConsumerFile) -> None:
        """Makes a consumer go on where this reader is."""
        walk = self._walk
        if not walk.is_rewound():
            walk.peek_past_damage()
        if walk.cursor is not None:
            consumer.save(AT, walk.index, walk.place)
        else:
            consumer.save(AT_START, 0, 0)



"""What can go wrong. Every text is one line: what was tried, the value that was wrong, what to try."""

from __future__ import annotations

from typing import NamedTuple, Optional

BATCH_ENDED = "this batch has ended: begin another with journal.batch()"


class SightlogError(Exception):
    """Anything this package raises by itself, but for ValueError and TypeError, which are about a value that cannot be."""


class NotAJournal(SightlogError):
    """What is there is no journal, or none this version can read."""


class FileAccessError(SightlogError):
    """The system could not open, map, read or list a file; ``system_error`` is the errno. It says nothing about what is in it.

    A reader that raised it has passed nothing and moved nothing: once the cause is gone, asking for the next event goes on where
    it was.
    """

    def __init__(self, tried: str, problem: OSError) -> None:
        super().__init__(f"{tried}: {problem.strerror or problem}")
        self.system_error = problem.errno or 0


class DamageError(SightlogError):
    """An event, or the structure at a place, cannot be read. It is told once; reading goes on behind it.

    ``index`` and ``place`` say where; ``position`` is the two as text.
    """

    def __init__(self, text: str, index: int, place: int = 0) -> None:
        super().__init__(text)
        self.index = index
        self.place = place

    @property
    def position(self) -> str:
        return position_text(self.index, self.place)


class NewerError(DamageError):
    """The event, or the file of its picture, was written by a newer Sightlog than this one."""


class PictureDamageError(DamageError):
    """The picture that was kept of an event is not what was kept: its file was cut, or something else is there. The event is sound."""


class NoEvent(SightlogError):
    """The journal ends before the position that was asked for."""


class ConsumerHeld(SightlogError):
    """The consumer is running already. ``holder`` is the process id of who has it, 0 when nobody says."""

    def __init__(self, text: str, holder: int) -> None:
        super().__init__(text)
        self.holder = holder


class JournalReplaced(SightlogError):
    """The directory that is open, or a file in it, was replaced, moved or removed: open it again.

    Nothing was read from, or written to, what is there now; what had been appended is in the old one.
    """


class LibraryMissing(SightlogError):
    """What was tried needs the C library, and it was not built."""


class AppendError(SightlogError):
    """An append, or what leads to one, failed; ``code`` is the C library's, ``system_error`` the errno or 0."""

    def __init__(self, text: str, code: int, system_error: int = 0) -> None:
        super().__init__(text)
        self.code = code
        self.system_error = system_error


class MissedWarning(UserWarning):
    """Events that were to be read had been deleted to make room."""


class LabelSetWarning(UserWarning):
    """A label set is there and cannot be read: its events have class ids in place of labels."""


class Missed(NamedTuple):
    """What a reader has missed because it had been deleted: from one index up to, not including, another."""

    first: int
    next: int
    excerpts: Optional[int]  # None: nobody knows how many

    def __str__(self) -> str:
        many = "an unknown number of" if self.excerpts is None else str(self.excerpts)
        return (
            f"{many} excerpts from {position_text(self.first, 0)} on are gone, deleted to make room; "
            f"reading goes on at {position_text(self.next, 0)}"
        )


def position_text(index: int, place: int) -> str:
    return f"0x{index:x}:{place}" if place else f"0x{index:x}"

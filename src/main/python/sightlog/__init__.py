"""Sightlog for Python: reads and appends the same journals as the Java application does, with no JVM running.

    import sightlog

    with sightlog.open("queue-data") as journal:
        for event in journal.follow(name="my-script"):
            print(event.source, [(d.label, d.confidence) for d in event.detections])

Reading needs the standard library alone. Checksums and appending go through the C library, which the installation builds when
there is a C compiler; without it checksums are computed in Python, which is slow, and appending raises LibraryMissing.
"""

from __future__ import annotations

import os
from typing import Optional, Union

from ._consumers import Consumer
from ._errors import (
    AppendError, ConsumerHeld, DamageError, FileAccessError, JournalReplaced, LabelSetWarning, LibraryMissing, Missed,
    MissedWarning, NewerError, NoEvent, NotAJournal, PictureDamageError, SightlogError,
)  # fmt: skip
from ._detection import Detection
from ._events import Event
from ._journal import Batch, Journal
from ._reader import Reader
from ._sections import AnsweredEvent, KeptFrame, LiveSource, Origin

__version__ = "0.1.0"

__all__ = [
    "AnsweredEvent", "AppendError", "Batch", "Consumer", "ConsumerHeld", "DamageError", "Detection", "Event", "FileAccessError", "Journal",
    "JournalReplaced", "KeptFrame", "LabelSetWarning", "LibraryMissing", "LiveSource", "Missed", "MissedWarning", "NewerError", "NoEvent",
    "NotAJournal", "Origin", "PictureDamageError", "Reader", "SightlogError", "open",
]  # fmt: skip


def open(  # as the module's own: sightlog.open
    directory: Union[str, bytes, "os.PathLike[str]"], *, verify: bool = True, roll: Optional[str] = None, mode: int = 0o600,
    durability: str = "none", lock_timeout: float = 10.0,
) -> Journal:  # fmt: skip
    """Opens a journal for reading and appending; it need not exist yet.

    verify=False leaves out the checksums of events, in all its readers. roll (hourly when None; secondly, minutely,
    five-minutely, ten-minutely, half-hourly, six-hourly, daily) and mode (permissions of its files) count when an append makes
    the journal. durability "every-event": an append returns when the event is on the device. lock_timeout, in seconds: how long
    an append waits for a live writer that holds the lock. NotAJournal when something else is there, ValueError for an option that
    cannot be.
    """
    return Journal(directory, verify=verify, roll=roll, mode=mode, durability=durability, lock_timeout=lock_timeout)

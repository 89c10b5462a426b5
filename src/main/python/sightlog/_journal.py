"""A journal, as ``sightlog.open`` gives it."""

from __future__ import annotations

import ctypes
import os
import threading
import weakref
from types import TracebackType
from typing import TYPE_CHECKING, Iterable, List, Optional, Type, Union

from . import _consumers, _id, _seek, _values
from ._errors import BATCH_ENDED, FileAccessError, NotAJournal, SightlogError
from ._detection import Detection
from ._files import is_there
from ._reader import OnDamage, OnMissed, Reader
from ._seek import Start

if TYPE_CHECKING:
    from ._values import Answered
    from ._writer import Writer

_OURS = (
    "catalogue", "consumers", "frames", "sightlog.signal", "sightlog.writers", "sightlog.pruned", "sightlog.losses", "sightlog.id",
    "timeline",
)  # fmt: skip


class Journal:
    """A directory of events. Reading locks nothing and writes nothing but the positions of named consumers.

    Any number of readers may be open at once, each used by one thread at a time; any thread may append. It need not exist yet:
    ``follow`` waits for it, and the first append makes it, which is when ``roll`` and ``mode`` count.
    """

    def __init__(
        self, directory: Union[str, bytes, "os.PathLike[str]"], *, verify: bool = True, roll: Optional[str] = None,
        mode: int = 0o600, durability: str = "none", lock_timeout: float = 10.0,
    ) -> None:  # fmt: skip
        self.directory: str = os.path.abspath(os.fsdecode(directory))
        self.verify = verify
        _values.options(roll, mode, durability, lock_timeout)
        self._options = roll, mode, durability, lock_timeout
        self._closed = False
        self._readers: "weakref.WeakSet[Reader]" = weakref.WeakSet()
        self._writer: Optional[Writer] = None
        self._lock = threading.Lock()
        _must_be_possible(self.directory)

    # Reading

    def events(
        self, start: Start = "start", *, verify: Optional[bool] = None, on_damage: Optional[OnDamage] = None,
        on_missed: Optional[OnMissed] = None,
    ) -> Reader:  # fmt: skip
        """The events from a start to the end there is now, one after the other.

        start: "start", "end", -N (the N newest), a position "0x<index>[:<place>]", an aware datetime or a number since the
        epoch, in seconds to nanoseconds by its size (the first event appended then or later). verify=False leaves out the checksums of events: damage of their content
        is not noticed then. on_damage and on_missed: see Reader.
        """
        return self._reader(start, None, False, verify, on_damage, on_missed)

    def follow(
        self, name: Optional[str] = None, start: Optional[Start] = None, *, verify: Optional[bool] = None,
        on_damage: Optional[OnDamage] = None, on_missed: Optional[OnMissed] = None, auto_handled: bool = True,
    ) -> Reader:  # fmt: skip
        """Events without an end: at the end it sleeps until a writer appends.

        With a name it goes on where that consumer stopped; start counts when the name is new ("start" when left out; without a
        name, "end"). ConsumerHeld when that name is in use. auto_handled=False: asking for the next event does not say that the one
        before was handled; Reader.handled(position) does, also later.
        """
        begin = start if start is not None else "end" if name is None else "start"
        return self._reader(begin, name, True, verify, on_damage, on_missed, auto_handled)

    @property
    def id(self) -> Optional[str]:
        """Its random id in 32 hex digits, by which others refer to it; None while nobody has needed one. NotAJournal for another content."""
        self._must_be_open()
        return _id.read(self.directory)

    def consumers(self) -> List[_consumers.Consumer]:
        """The named consumers there are, in order of name."""
        self._must_be_open()
        return _consumers.read_all(self.directory)

    def _reader(
        self, start: Start, name: Optional[str], follow: bool, verify: Optional[bool], on_damage: Optional[OnDamage],
        on_missed: Optional[OnMissed], auto_handled: bool = True,
    ) -> Reader:  # fmt: skip
        self._must_be_open()
        check = self.verify if verify is None else verify
        reader = Reader(self.directory, _seek.parse(start), name, follow, check, on_damage, on_missed, auto_handled)
        with self._lock:
            closed = self._closed
            self._readers.add(reader)
        if closed:  # meanwhile
            reader.close()
        return reader

    # Appending

    def append(
        self, *, source: str = "", stream: str = "", width: int = 0, height: int = 0, detections: Iterable[Detection] = (),
        model: str = "", captured_nanos: Optional[int] = None, position_nanos: int = 0, frame: int = 0, decode_nanos: int = 0,
        infer_nanos: int = 0, digest: Union[str, bytes] = b"", answers: Optional[Answered] = None,
    ) -> str:  # fmt: skip
        """Appends a frame, also one in which nothing was seen, and gives its position. It is there for every reader then.

        width and height are of the picture, in pixels; boxes are clipped to it. captured_nanos is now when left out. Labels
        without a class_id get one; what ids mean is in the catalogue. answers is the event that this one answers, of any journal:
        an event that was read, or what one says it answers. ValueError for a value that cannot be, AppendError when
        it could not be appended (nothing is there then), LibraryMissing without the C library.
        """
        return self._open_writer().frame(
            model, detections, None, source=source, stream=stream, width=width, height=height, captured_nanos=captured_nanos,
            position_nanos=position_nanos, frame=frame, decode_nanos=decode_nanos, infer_nanos=infer_nanos, digest=digest,
            answers=answers,
        )  # fmt: skip

    def skip(
        self, *, source: str, reason: str, stream: str = "", captured_nanos: Optional[int] = None, position_nanos: int = 0,
        frame: int = 0, width: int = 0, height: int = 0,
    ) -> str:  # fmt: skip
        """Appends that a frame was not looked at, and why; as ``append``."""
        return self._open_writer().skip(
            reason, None, source=source, stream=stream, captured_nanos=captured_nanos, position_nanos=position_nanos, frame=frame,
            width=width, height=height,
        )  # fmt: skip

    def send(
        self, topic: str, content: Union[str, bytes], *, captured_nanos: Optional[int] = None, answers: Optional[Answered] = None
    ) -> str:
        """Appends a message: text when it is a str, else binary; as ``append``."""
        return self._open_writer().message(topic, content, None, captured_nanos=captured_nanos, answers=answers)

    def batch(self) -> Batch:
        """Several events in one excerpt, appended at the end of a ``with``, which it needs: quicker where they come in bursts."""
        return Batch(self._open_writer())

    def sync(self) -> None:
        """Brings what was appended here to the device, and all before it."""
        self._open_writer().sync()

    @property
    def producer(self) -> str:
        """Random id of this journal's writer, which is opened by this: 16 hex digits, as in its events."""
        return self._open_writer().producer

    def _open_writer(self) -> Writer:
        with self._lock:
            self._must_be_open()
            if self._writer is None:
                from ._writer import Writer

                roll, mode, durability, lock_timeout = self._options
                self._writer = Writer(self.directory, roll, mode, durability, lock_timeout)
            return self._writer

    # Closing

    def close(self) -> None:
        """Closes what was opened by it; it cannot be used after that. Events that are held stay valid."""
        with self._lock:
            self._closed = True
            readers = list(self._readers)
            writer, self._writer = self._writer, None
        for reader in readers:
            reader.close()
        if writer is not None:
            writer.close()

    def _must_be_open(self) -> None:
        if self._closed:
            raise SightlogError(f"this journal was closed: open {self.directory} again")

    def __enter__(self) -> Journal:
        self._must_be_open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<journal {self.directory}>"


class Batch:
    """Gathers events of one ``with``; they are appended when it ends, unless by an exception. One thread at a time.

    More than fit into one excerpt (65,536 events, 16 MB) become several, the first ones as soon as they are full.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._batch: Optional[ctypes.c_void_p] = None  # before its with; not there any more, but no None, behind it
        self.positions: List[str] = []
        """Of the excerpts, once they were appended."""

    def append(
        self, *, source: str = "", stream: str = "", width: int = 0, height: int = 0, detections: Iterable[Detection] = (),
        model: str = "", captured_nanos: Optional[int] = None, position_nanos: int = 0, frame: int = 0, decode_nanos: int = 0,
        infer_nanos: int = 0, digest: Union[str, bytes] = b"", answers: Optional[Answered] = None,
    ) -> None:  # fmt: skip
        """As ``Journal.append``."""
        self._added(self._writer.frame(
            model, detections, self._open(), source=source, stream=stream, width=width, height=height,
            captured_nanos=captured_nanos, position_nanos=position_nanos, frame=frame, decode_nanos=decode_nanos,
            infer_nanos=infer_nanos, digest=digest, answers=answers,
        ))  # fmt: skip

    def skip(
        self, *, source: str, reason: str, stream: str = "", captured_nanos: Optional[int] = None, position_nanos: int = 0,
        frame: int = 0, width: int = 0, height: int = 0,
    ) -> None:  # fmt: skip
        """As ``Journal.skip``."""
        self._added(self._writer.skip(
            reason, self._open(), source=source, stream=stream, captured_nanos=captured_nanos, position_nanos=position_nanos,
            frame=frame, width=width, height=height,
        ))  # fmt: skip

    def send(
        self, topic: str, content: Union[str, bytes], *, captured_nanos: Optional[int] = None, answers: Optional[Answered] = None
    ) -> None:
        """As ``Journal.send``."""
        self._added(self._writer.message(topic, content, self._open(), captured_nanos=captured_nanos, answers=answers))

    def _added(self, position: str) -> None:
        if position:
            self.positions.append(position)

    def _open(self) -> ctypes.c_void_p:
        batch = self._batch
        if batch is None:
            raise SightlogError('a batch is used in a with: "with journal.batch() as batch:"; its events would be lost outside')
        if not batch:
            raise SightlogError(BATCH_ENDED)
        return batch

    def __enter__(self) -> Batch:
        if self._batch is not None:
            self._open()
            raise SightlogError("this batch is in a with already: begin another with journal.batch()")
        self._batch = self._writer.new_batch()
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        batch = self._open()
        try:
            if kind is None:
                self._added(self._writer.append_batch(batch))
        finally:
            self._writer.free_batch(batch)


def _must_be_possible(directory: str) -> None:
    """A directory that is something else is an error now rather than a wait for ever."""
    try:
        files = os.listdir(directory)
    except FileNotFoundError:
        return
    except NotADirectoryError:
        raise NotAJournal(f"{directory} is not a journal: it is a file, and a journal is a directory") from None
    except OSError as problem:
        raise FileAccessError(f"cannot look into {directory}", problem) from problem
    if "metadata.cq4t" in files:
        return
    others = [file for file in files if not file.startswith(".") and file not in _OURS]
    if others and not is_there(os.path.join(directory, "metadata.cq4t")):
        if "sightlog.signal" in files and any(file.endswith(".cq4") for file in others):
            raise NotAJournal(
                f"{directory} has lost its metadata.cq4t, without which nobody can read it: "
                f"sightlog recover -q {directory} --into NEW saves its events"
            )
        raise NotAJournal(
            f"{directory} is not a journal: it has no metadata.cq4t, but it has {others[0]}; "
            "name the directory a producer wrote to"
        )

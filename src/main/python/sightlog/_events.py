"""Events as they are handed out: views of the mapped bytes, and other forms of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional

from . import _id, _json, _pictures, _sections
from ._errors import NewerError, PictureDamageError
from ._fields import Fields

if TYPE_CHECKING:
    import numpy


class Event(Fields):
    """A frame, a skip, or a message. Its fields have the names and meanings of docs/ndjson.md; times are nanoseconds.

    An event looks at the mapped file, and keeps that mapped: it stays valid as long as it is held, also after its journal was
    closed. To keep many for long, ``copy()`` them.
    """

    __slots__ = ()

    # NumPy

    @property
    def boxes(self) -> "numpy.ndarray":
        """x, y, w, h of the detections: a read-only float32 view, shape (n, 4), of the mapped bytes. Needs NumPy."""
        numpy = _numpy()
        return numpy.ndarray(
            (self._head[18], 4), "<f4", self._memory, self._at + self._head[4] + 8, (self._head[19], 4)
        )

    @property
    def array(self) -> "numpy.ndarray":
        """All fields of the detections: a read-only structured view of the mapped bytes. Needs NumPy.

        Its fields are class_id, confidence, x, y, w, h and track_id.
        """
        numpy = _numpy()
        return numpy.ndarray((self._head[18],), _dtype(numpy, self._head[19]), self._memory, self._at + self._head[4])

    # Its picture

    def picture(self) -> Optional[bytes]:
        """The picture that was kept beside the journal, a JPEG: the bytes of its file, read anew each time. Needs no other package.

        None when there is none: ``kept_frame`` is None when none was kept, and else says where it was kept, which is beside another
        journal, or its file is gone. Boxes are in pixels of the original picture, ``width`` by ``height``; the kept one may be a smaller copy,
        ``kept_frame.width`` by ``kept_frame.height``.

        PictureDamageError when something else is there, or its file was cut: its checksum is compared, with verify=False, too. NewerError
        when a newer Sightlog made the file, DamageError when what the event says of it cannot be, FileAccessError when the system cannot
        read it. Nothing outside of the journal's directory is opened, and no link in it is followed.
        """
        kept = self.kept_frame
        if kept is None:
            return None
        try:
            return _pictures.read(self._catalogue.directory, kept)
        except _pictures.Damaged as damage:
            text = f"the picture of event {self.position} cannot be read: {damage}"
            raise (NewerError if damage.newer else PictureDamageError)(text, self.index, self.place) from None

    # Other forms

    def as_answered(self) -> _sections.AnsweredEvent:
        """How another event says that it answers this one, as ``append(answers=)`` does by itself."""
        journal = _id.read(self._catalogue.directory) or ""
        return _sections.AnsweredEvent(journal, self.producer, self.sequence, self.index, self.place)

    def copy(self) -> Event:
        """The same with bytes of its own, which keeps no file mapped."""
        data = bytes(self._memory[self._at : self._at + self._head[5]])
        return Event(data, 0, self._head, self.index, self.place, self._catalogue)

    def to_json(self) -> str:
        """The line that ``sightlog tail --format ndjson`` prints, without its line feed."""
        self._check_texts()
        return _json.line(self)

    def __repr__(self) -> str:
        what = repr(self.topic) if self.kind == "message" else f"{self.source!r}, {self._head[18]} detections"
        return f"<{self.kind} {self.position} {what}>"


def _numpy() -> Any:
    try:
        import numpy
    except ImportError as problem:
        raise ImportError("event.boxes and event.array need NumPy: pip install numpy, or use event.detections") from problem
    return numpy


_DTYPES: Dict[int, Any] = {}


def _dtype(numpy: Any, stride: int) -> Any:
    if stride not in _DTYPES:
        _DTYPES[stride] = numpy.dtype(
            {
                "names": ["class_id", "confidence", "x", "y", "w", "h", "track_id"],
                "formats": ["<i4", "<f4", "<f4", "<f4", "<f4", "<f4", "<i8"],
                "offsets": [0, 4, 8, 12, 16, 20, 24],
                "itemsize": stride,
            }
        )
    return _DTYPES[stride]

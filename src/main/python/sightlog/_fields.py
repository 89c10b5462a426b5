"""What an event has: read out of the mapped bytes when it is asked for."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Tuple, TypeVar

from . import _labels, _sections, _text
from ._detection import Detection
from ._errors import DamageError, position_text
from ._format import (
    BINARY, DETECTION, DETECTION_BYTES, KINDS, LABELS, MESSAGE, MODEL, REASON, SECTION, SOURCE, STREAM, TEXT, TOPIC, Buffer,
)  # fmt: skip

_NO_BYTES = bytes(8)
_Section = TypeVar("_Section")
_NEW = tuple.__new__  # for detections that are read: without the detour by names


def _field(at: int, doc: str) -> Any:
    def get(self: Fields) -> Any:
        return self._head[at]

    return property(get, doc=doc)


def _hex(at: int, doc: str) -> Any:
    def get(self: Fields) -> str:
        value: bytes = self._head[at]
        return value.hex() if value != _NO_BYTES else ""

    return property(get, doc=doc)


def _content_text(section: int, doc: str) -> Any:
    def get(self: Fields) -> str:
        return self._content(section).decode("utf-8", "replace")

    return property(get, doc=doc)


class Fields:
    """Of a frame, a skip, or a message, with the names and meanings of docs/ndjson.md; times are nanoseconds."""

    __slots__ = ("index", "place", "_memory", "_at", "_head", "_catalogue", "_sections", "_labels", "_detections")

    index: int
    """Of the excerpt: cycle << 32 | number in the cycle."""
    place: int
    """In the batch, 0 outside of one."""

    def __init__(
        self, memory: Buffer, at: int, head: Tuple[Any, ...], index: int, place: int, catalogue: _labels.Catalogue
    ) -> None:
        self._memory = memory
        self._at = at
        self._head = head
        self.index = index
        self.place = place
        self._catalogue = catalogue
        self._sections: Optional[Dict[int, Tuple[int, int]]] = None
        self._labels: Optional[_labels.LabelSet] = None
        self._detections: Optional[List[Detection]] = None

    frame: int = _field(11, "Number in the video, from 0.")
    position_nanos: int = _field(10, "Position in the video, 0 for a picture.")
    captured_nanos: int = _field(9, "Since the epoch; of a message: when it was sent.")
    appended_nanos: int = _field(8, "Since the epoch; never runs backwards in a journal.")
    decode_nanos: int = _field(16, "What decoding took.")
    infer_nanos: int = _field(17, "What inference took.")
    width: int = _field(14, "Of the picture, in pixels after rotation; 0 unknown.")
    height: int = _field(15, "Likewise.")
    sequence: int = _field(7, "0, 1, 2 .. without gaps per producer.")
    digest: str = _hex(13, "First 8 bytes of the frame's SHA-256 in hex, empty when unknown.")
    label_set: str = _hex(12, "Name of its file in catalogue/ without .yaml, empty for none.")
    source: str = _content_text(SOURCE, "Absolute path or URI of what was opened.")
    stream: str = _content_text(STREAM, "Name of a camera or job, may be empty.")
    reason: str = _content_text(REASON, "Of a skip: why the frame was not looked at.")
    topic: str = _content_text(TOPIC, "Of a message.")

    @property
    def kind(self) -> str:
        """frame, skip or message."""
        return KINDS[self._head[3]]

    @property
    def position(self) -> str:
        """``0x<index>``, with ``:<place>`` when it is not 0: where ``start=`` finds it again."""
        return position_text(self.index, self.place)

    @property
    def producer(self) -> str:
        """Random id of its writer, 16 hex digits."""
        return f"{self._head[6]:016x}"

    @property
    def captured_at(self) -> str:
        """captured_nanos in UTC, as RFC 3339 with nine digits."""
        return _text.rfc3339(self.captured_nanos)

    @property
    def text(self) -> Optional[str]:
        """Content of a text message, None for anything else."""
        if self._head[3] != MESSAGE or BINARY in self._table():
            return None
        return self._content(TEXT).decode("utf-8", "replace")

    @property
    def content(self) -> Optional[bytes]:
        """Content of a message, text or binary, as bytes; None for anything else."""
        if self._head[3] != MESSAGE:
            return None
        return self._content(BINARY if BINARY in self._table() else TEXT)

    @property
    def model(self) -> str:
        """Name of the model, empty when nobody says."""
        return self._label_set().model

    @property
    def label_set_missing(self) -> bool:
        """Whether its label set is not in the catalogue: ids are shown in place of labels then, and the model is empty."""
        own = LABELS in self._table() or MODEL in self._table()
        return not own and self._head[12] != _NO_BYTES and self._catalogue.find(self._head[12]) is None

    @property
    def detections(self) -> List[Detection]:
        """In the order in which they lie, copied out."""
        found = self._detections
        if found is None:
            found = self._detections = self._read_detections()
        return found

    @property
    def kept_frame(self) -> Optional[_sections.KeptFrame]:
        """Where its picture is kept, None for nowhere."""
        return self._section(_sections.KEPT_FRAME, _sections.kept_frame)

    @property
    def live(self) -> Optional[_sections.LiveSource]:
        """How its live source was doing, None for a source that is not live."""
        return self._section(_sections.LIVE, _sections.live)

    @property
    def origin(self) -> Optional[_sections.Origin]:
        """Where a bridge has brought it from, None when none has."""
        return self._section(_sections.ORIGIN, _sections.origin)

    @property
    def answers(self) -> Optional[_sections.AnsweredEvent]:
        """The event that it answers, None for none."""
        return self._section(_sections.ANSWERS, _sections.answers)

    def sections(self) -> Dict[int, bytes]:
        """The content of every section by type, also of types nobody here knows, copied out; the first one of a type."""
        return {kind: self._content(kind) for kind in self._table()}

    # Inside

    def _table(self) -> Dict[int, Tuple[int, int]]:
        table = self._sections
        if table is None:
            table = self._sections = {}
            head = self._head
            begin = self._at + head[4] + head[18] * head[19]
            for at in range(begin, begin + 12 * head[20], 12):
                kind, offset, size = SECTION.unpack_from(self._memory, at)
                table.setdefault(kind, (self._at + offset, size))
        return table

    def _check_texts(self) -> None:
        """What is read with replacements is not to be handed on as if somebody had sent it."""
        for section in (SOURCE, STREAM, REASON, LABELS, MODEL, TOPIC, TEXT):
            try:
                self._content(section).decode("utf-8")
            except UnicodeDecodeError as problem:
                text = f"event {self.position} cannot be read: a text in it is not good UTF-8"
                raise DamageError(text, self.index, self.place) from problem

    def _content(self, section: int) -> bytes:
        found = self._table().get(section)
        return bytes(self._memory[found[0] : found[0] + found[1]]) if found else b""

    def _section(self, kind: int, read: Callable[[Optional[bytes]], Optional[_Section]]) -> Optional[_Section]:
        try:
            return read(self._content(kind) if kind in self._table() else None)
        except ValueError as problem:
            text = f"event {self.position} cannot be read: its section {kind}: {problem}"
            raise DamageError(text, self.index, self.place) from problem

    def _label_set(self) -> _labels.LabelSet:
        labels = self._labels
        if labels is None:
            labels = self._labels = self._find_labels()
        return labels

    def _find_labels(self) -> _labels.LabelSet:
        table = self._table()
        if LABELS in table or MODEL in table:
            try:
                text = self._content(LABELS).decode("utf-8", "replace")
                return _labels.own(self._content(MODEL).decode("utf-8", "replace"), text)
            except ValueError as problem:
                text = f"event {self.position} cannot be read: its own labels: {problem}"
                raise DamageError(text, self.index, self.place) from problem
        name: bytes = self._head[12]
        return (self._catalogue.find(name) if name != _NO_BYTES else None) or _labels.NONE

    def _read_detections(self) -> List[Detection]:
        count = self._head[18]
        if not count:
            return []
        label: Callable[[int], str] = self._label_set().label
        begin, stride = self._at + self._head[4], self._head[19]
        memory = self._memory
        if stride == DETECTION_BYTES:
            records = DETECTION.iter_unpack(memory[begin : begin + count * stride])
        else:
            records = (DETECTION.unpack_from(memory, begin + i * stride) for i in range(count))  # type: ignore[assignment]
        return [
            _NEW(Detection, (label(class_id), confidence, x, y, w, h, class_id, track_id))
            for class_id, confidence, x, y, w, h, track_id in records
        ]

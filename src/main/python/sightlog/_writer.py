"""Appends, through the C library: beside any number of writers in Java, C and Python."""

from __future__ import annotations

import ctypes
import os
import threading
import time
import warnings
from typing import Any, Dict, Iterable, Optional, Union

from . import _native, _values
from ._errors import BATCH_ENDED, AppendError, JournalReplaced, SightlogError, position_text
from ._detection import Detection
from ._format import BINARY, FRAME, LABELS, MAX_CLASS_ID, MESSAGE, MODEL, REASON, SKIP, SOURCE, STREAM, TEXT, TOPIC
from ._numbering import Numbering
from ._sections import ANSWERS

# Codes of sightlog.h that say that a value cannot be, and that there is no memory.
_INVALID, _TOO_LARGE, _NO_MEMORY = -10, -11, -12
# Another journal has taken the place of the one that is open.
_REPLACED = -16


class DurabilityWarning(UserWarning):
    """What a loss of power has taken, as the writer found when it opened the journal."""


class Writer:
    """One writer of a journal, for the life of its handle. Any thread may append; they take turns."""

    def __init__(self, directory: str, roll: Optional[str], mode: int, durability: str, lock_timeout: float) -> None:
        library = self._library = _native.library()
        self._lock = threading.RLock()
        self._pid = os.getpid()
        self._numbering = Numbering(self._publish)
        self._handle = ctypes.c_void_p()
        self._draft = ctypes.c_void_p()
        self._notice = _native.Notice(_notice)
        options = _native.WriterOptions(
            roll.encode() if roll else None, mode, durability == "every-event", int(lock_timeout * 1e9), self._notice, None
        )
        error = _native.Error()
        path = _bytes_of(directory)
        code = library.sightlog_writer_open(ctypes.byref(self._handle), path, ctypes.byref(options), ctypes.byref(error))
        if code != _native.OK:
            raise _failure(code, error)
        self._draft.value = library.sightlog_draft_new()
        if not self._draft:
            self.close()
            raise AppendError("out of memory", _NO_MEMORY)

    @property
    def producer(self) -> str:
        """Random id of this writer, in all its events: 16 hex digits."""
        with self._lock:
            return f"{self._library.sightlog_producer(self._open()):016x}"

    def frame(self, model: str, detections: Iterable[Detection], batch: Optional[ctypes.c_void_p], **fields: Any) -> str:
        found = _values.detections(detections)
        _values.text("model", model)
        with self._lock:
            numbered = self._numbering.number(model, found)
            self._begin(FRAME, numbered.label_set, fields)
            for detection, class_id in zip(found, numbered.ids):
                self._detection(detection, class_id)
            if numbered.own_model is not None:
                self._text(MODEL, numbered.own_model)
                self._text(LABELS, numbered.own_labels)
            return self._end(batch)

    def skip(self, reason: str, batch: Optional[ctypes.c_void_p], **fields: Any) -> str:
        with self._lock:
            self._begin(SKIP, bytes(8), fields)
            self._text(REASON, _values.text("reason", reason))
            return self._end(batch)

    def message(self, topic: str, content: Union[str, bytes], batch: Optional[ctypes.c_void_p], **fields: Any) -> str:
        content = _values.content(content)
        with self._lock:
            self._begin(MESSAGE, bytes(8), fields)
            self._text(TOPIC, _values.text("topic", topic))
            if isinstance(content, str):
                self._text(TEXT, content)
            else:
                self._section(BINARY, content)
            return self._end(batch)

    def append_batch(self, batch: ctypes.c_void_p) -> str:
        """Position of its excerpt; empty when there was nothing in it. It is cleared."""
        with self._lock:
            _must_be_there(batch)
            if not self._library.sightlog_batch_count(batch):
                return ""
            index = ctypes.c_uint64()
            self._check(self._library.sightlog_append_batch(self._open(), batch, ctypes.byref(index)))
            self._library.sightlog_batch_clear(batch)
            return position_text(index.value, 0)

    def sync(self) -> None:
        with self._lock:
            self._check(self._library.sightlog_sync(self._open()))

    def new_batch(self) -> ctypes.c_void_p:
        batch = ctypes.c_void_p(self._library.sightlog_batch_new())
        if not batch:
            raise AppendError("out of memory", _NO_MEMORY)
        return batch

    def free_batch(self, batch: ctypes.c_void_p) -> None:
        with self._lock:
            self._library.sightlog_batch_free(batch)
            batch.value = None

    def close(self) -> None:
        """After fork() the handle is the parent's, and stays."""
        if os.getpid() != self._pid:
            return
        with self._lock:
            self._library.sightlog_draft_free(self._draft)
            self._library.sightlog_writer_close(self._handle)
            self._draft = ctypes.c_void_p()
            self._handle = ctypes.c_void_p()

    # The draft, under the lock

    def _begin(self, kind: int, label_set: bytes, given: Dict[str, Any]) -> None:
        self._open()
        fields = _native.Fields()
        captured = given.pop("captured_nanos", None)
        fields.captured_nanos = time.time_ns() if captured is None else _values.whole("captured_nanos", captured, -(1 << 63), 1 << 63)
        source, stream = given.pop("source", ""), given.pop("stream", "")
        texts = {SOURCE: _values.source(source), STREAM: _values.text("stream", stream)}
        fields.digest[:] = _values.digest(given.pop("digest", b""))
        fields.label_set[:] = label_set
        answers = _values.answers(given.pop("answers", None))
        for name, value in given.items():
            setattr(fields, name, _values.whole(name, value, 0, 1 << (31 if name in ("width", "height") else 63)))
        self._draft_check(self._library.sightlog_draft_begin(self._draft, kind, ctypes.byref(fields)))
        for section, text in texts.items():
            self._text(section, text)
        if answers is not None:
            self._section(ANSWERS, answers)

    def _detection(self, d: Detection, class_id: int) -> None:
        class_id = _values.whole("class_id", class_id, 0, MAX_CLASS_ID + 1)
        track_id = _values.whole("track_id", d.track_id, -(1 << 63), 1 << 63)
        try:
            native = _native.Detection(class_id, d.confidence, d.x, d.y, d.w, d.h, track_id)
        except (TypeError, OverflowError):
            _values.not_numbers(d)
        self._draft_check(self._library.sightlog_draft_detection(self._draft, ctypes.byref(native)))

    def _text(self, section: int, text: str) -> None:
        self._section(section, text.encode("utf-8"))

    def _section(self, section: int, content: bytes) -> None:
        self._draft_check(self._library.sightlog_draft_section(self._draft, section, content, len(content)))

    def _end(self, batch: Optional[ctypes.c_void_p]) -> str:
        if batch is None:
            index = ctypes.c_uint64()
            self._check(self._library.sightlog_append(self._open(), self._draft, ctypes.byref(index)))
            return position_text(index.value, 0)
        _must_be_there(batch)
        position = ""
        code = self._library.sightlog_batch_add(batch, self._draft)
        if code == _native.NONE:  # full
            position = self.append_batch(batch)
            code = self._library.sightlog_batch_add(batch, self._draft)
        self._draft_check(code)
        return position

    def _publish(self, model: str, labels: Dict[int, str]) -> bytes:
        ids = sorted(labels)
        texts = [labels[i].encode("utf-8") for i in ids]
        if b"\0" in model.encode("utf-8") + b"".join(texts):
            raise ValueError("a label or model has a NUL in it: one line of text is needed")
        count = len(ids)
        label_set = _native.LabelSet(
            model.encode("utf-8"), None, None, 0, 0, None, count, (ctypes.c_int32 * count)(*ids), (ctypes.c_char_p * count)(*texts)
        )
        name = (ctypes.c_uint8 * 8)()
        self._check(self._library.sightlog_publish(self._open(), ctypes.byref(label_set), name))
        return bytes(name)

    def _open(self) -> ctypes.c_void_p:
        if not self._handle:
            raise AppendError("cannot append: this journal was closed", _INVALID)
        if os.getpid() != self._pid:
            raise AppendError(f"cannot append: process {self._pid} opened this journal, open it again after fork()", _INVALID)
        return self._handle

    def _check(self, code: int) -> None:
        if code < 0:
            error = self._library.sightlog_writer_error(self._handle).contents
            raise ValueError(_text_of(error)) if code in (_INVALID, _TOO_LARGE) else _failure(code, error)

    def _draft_check(self, code: int) -> None:
        if code < 0:
            text = self._library.sightlog_draft_error(self._draft).decode("utf-8", "replace")
            raise ValueError(text) if code in (_INVALID, _TOO_LARGE) else AppendError(text, code)


def _must_be_there(batch: ctypes.c_void_p) -> None:
    """A batch that was freed is none: C would follow it to nowhere."""
    if not batch:
        raise SightlogError(BATCH_ENDED)


def _failure(code: int, error: _native.Error) -> SightlogError:
    if code == _REPLACED:
        return JournalReplaced(_text_of(error))
    return AppendError(_text_of(error), code, error.system_error)


def _text_of(error: _native.Error) -> str:
    text: bytes = error.text
    return text.decode("utf-8", "replace")


def _notice(_: Any, text: bytes) -> None:
    warnings.warn(text.decode("utf-8", "replace"), DurabilityWarning)


def _bytes_of(path: str) -> bytes:
    data = path.encode("utf-8", "surrogateescape")
    if b"\0" in data:
        raise ValueError("a journal's directory has no NUL in its name")
    return data

"""What only some events have: sections 9 to 12, by docs/format.md. Each is None when an event has none."""

from __future__ import annotations

import struct
from typing import Any, Dict, NamedTuple, Optional, Tuple

KEPT_FRAME, LIVE, ORIGIN, ANSWERS = range(9, 13)

_FORMATS = {1: "jpeg"}
_BROKERS = {1: "kafka", 2: "mqtt"}
_MAX_PATH = 8
_MAX_ID_BYTES = 255

_KEPT_FRAME = struct.Struct("<16sQqqiIHHiii")
_LIVE = struct.Struct("<4q")
_ORIGIN = struct.Struct("<HHiqQqq4H")
_ANSWERS = struct.Struct("<16sQqqi4x")

_NONE = bytes(16)


class KeptFrame(NamedTuple):
    """Where the picture of a frame is kept, beside the journal."""

    journal: str
    """Id of the journal beside which it was kept first, 32 hex digits."""
    producer: str
    """Who kept it, 16 hex digits."""
    file: int
    """Number of that producer's file."""
    offset: int
    bytes: int
    crc32c: int
    format: str
    """jpeg, or the number of a format that a later version has."""
    width: int
    height: int


class LiveSource(NamedTuple):
    """How a live source was doing when one of its frames was looked at, or could not be."""

    dropped: int
    """Frames since the event before of the same producer and stream that were not looked at."""
    age_nanos: int
    """From the frame's arrival until it was looked at."""
    reconnects: int
    outage_nanos: int
    """Before this frame, or so far."""


class Origin(NamedTuple):
    """Where a bridge has brought an event from."""

    kind: str
    """kafka, mqtt, or the number of a kind that a later version has."""
    broker: str
    topic: str
    topic_id: str
    message_id: str
    partition: int
    """-1 when there are none."""
    offset: int
    """-1 when there is none."""
    path: Tuple[str, ...]
    """Ids of the journals in which it has been, the first one first."""
    producer: str
    """Of the event that it was, 16 hex digits, all 0 when it was none."""
    sequence: int
    appended_nanos: int


class AnsweredEvent(NamedTuple):
    """The event that a derived one answers."""

    journal: str
    """Id of the journal in which it is, empty when that has none."""
    producer: str
    sequence: int
    index: int
    """Where it was, as a hint; 0 unknown."""
    place: int


def kept_frame(content: Optional[bytes]) -> Optional[KeptFrame]:
    """Of what a section holds; ValueError when it cannot be that. So are those below."""
    if content is None:
        return None
    journal, producer, file, offset, size, crc, code, _, width, height, _ = _unpack(_KEPT_FRAME, content)
    _need(producer != 0 and size > 0 and code > 0, "producer, bytes or format is 0")
    _need(min(file, offset, size, width, height) >= 0, "a number is negative")
    return KeptFrame(_id(journal), _hex(producer), file, offset, size, crc, _word(_FORMATS, code), width, height)


def live(content: Optional[bytes]) -> Optional[LiveSource]:
    if content is None:
        return None
    numbers = _unpack(_LIVE, content)
    _need(min(numbers) >= 0, "a number is negative")
    return LiveSource(*numbers)


def origin(content: Optional[bytes]) -> Optional[Origin]:
    if content is None:
        return None
    kind, count, partition, offset, producer, sequence, appended, *sizes = _unpack(_ORIGIN, content)
    _need(kind > 0 and count <= _MAX_PATH, "its kind is 0, or its path too long")
    _need(partition >= -1 and offset >= -1 and sequence >= 0, "a number is negative")
    _need(producer != 0 or sequence == 0, "it has a sequence number, and no producer")
    at = _ORIGIN.size
    path = [_id(content[i : i + 16]) for i in range(at, at + 16 * count, 16)]
    at += 16 * count
    _need(at + sum(sizes) <= len(content), "its parts are longer than it is")
    _need(max(sizes[0], sizes[2], sizes[3]) <= _MAX_ID_BYTES, "a text of it is too long")
    texts = []
    for size in sizes:
        texts.append(content[at : at + size].decode("utf-8"))
        at += size
    return Origin(_word(_BROKERS, kind), *texts, partition, offset, tuple(path), _hex(producer), sequence, appended)


def answers(content: Optional[bytes]) -> Optional[AnsweredEvent]:
    if content is None:
        return None
    journal, producer, sequence, index, place = _unpack(_ANSWERS, content)
    _need(producer != 0 and min(sequence, index, place) >= 0, "producer is 0, or a number is negative")
    return AnsweredEvent(_id(journal) if journal != _NONE else "", _hex(producer), sequence, index, place)


def answers_content(answered: AnsweredEvent) -> bytes:
    """What a section holds that says this; ValueError when it cannot be."""
    try:
        journal = bytes.fromhex(answered.journal) if answered.journal else _NONE
        content = _ANSWERS.pack(journal, int(answered.producer, 16), answered.sequence, answered.index, answered.place)
    except (struct.error, TypeError) as problem:
        raise ValueError(f"{answered} is no event that can be answered: {problem}") from None
    answers(content)
    return content


def _unpack(shape: struct.Struct, content: bytes) -> Tuple[Any, ...]:
    _need(len(content) >= shape.size, f"it has {len(content)} bytes, {shape.size} are needed")
    return shape.unpack_from(content)


def _need(good: bool, text: str) -> None:
    if not good:
        raise ValueError(text)


def _id(journal: bytes) -> str:
    _need(len(journal) == 16 and journal != _NONE, "the id of a journal is not 0")
    return journal.hex()


def _hex(producer: int) -> str:
    return f"{producer:016x}"


def _word(words: Dict[int, str], code: int) -> str:
    return words.get(code, str(code))

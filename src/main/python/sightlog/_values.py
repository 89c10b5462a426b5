"""Values as a caller gives them, looked at before anything is done with them: what cannot be is refused by the parameter's name."""

from __future__ import annotations

import operator
import os
from typing import TYPE_CHECKING, Any, Iterable, List, NoReturn, Optional, Union

from . import _sections
from ._detection import Detection

if TYPE_CHECKING:
    from ._events import Event

    Answered = Union[Event, _sections.AnsweredEvent]

ROLLS = ("secondly", "minutely", "five-minutely", "ten-minutely", "half-hourly", "hourly", "six-hourly", "daily")
DURABILITIES = ("none", "every-event")


def text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name}={value!r}: a str is needed")
    return value


def source(value: Any) -> str:
    """Also of a path."""
    return text("source", os.fspath(value) if isinstance(value, os.PathLike) else value)


def whole(name: str, value: Any, least: int, end: int) -> int:
    """Also of NumPy's integers."""
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name}={value!r}: a whole number is needed") from None
    if not least <= number < end:
        raise ValueError(f"{name}={value} is out of its range, {least} to {end - 1}")
    return number


def answers(value: Optional[Answered]) -> Optional[bytes]:
    """What a section holds that says so."""
    if value is None:
        return None
    if not isinstance(value, _sections.AnsweredEvent):
        if not hasattr(value, "as_answered"):
            raise TypeError(f"answers={value!r}: an event is needed")
        value = value.as_answered()
    try:
        return _sections.answers_content(value)
    except ValueError as problem:
        raise ValueError(f"answers: {problem}") from None


def content(value: Any) -> Union[str, bytes]:
    if isinstance(value, (str, bytes)):
        return value
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    raise TypeError(f"content: a str, bytes, a bytearray or a memoryview is needed, this is a {type(value).__name__}")


def digest(value: Any) -> bytes:
    """Its first 8 bytes, zeros when it is empty; of 16 hex digits or more, or bytes."""
    if not isinstance(value, (str, bytes, bytearray, memoryview)):
        raise TypeError(f"digest={value!r}: a str or bytes are needed")
    try:
        data = bytes.fromhex(value) if isinstance(value, str) else bytes(value)
    except ValueError:
        data = b"?"
    if data and len(data) < 8:
        raise ValueError(f"digest={value!r}: 8 bytes or 16 hex digits are needed, the first of a SHA-256")
    return (data or bytes(8))[:8]


def detections(value: Iterable[Detection]) -> List[Detection]:
    """Their kinds, labels and ids are looked at; the numbers when they are put into the event, see not_numbers."""
    if isinstance(value, Detection) or not hasattr(value, "__iter__"):
        raise TypeError(f"detections: a list of sightlog.Detection is needed, this is a {type(value).__name__}")
    found = list(value)
    for d in found:
        if not isinstance(d, Detection):
            raise TypeError(f"detections: a sightlog.Detection is needed, this is a {type(d).__name__}")
        if d.label is not None and type(d.label) is not str:
            text("label", d.label)
        if d.class_id is not None and type(d.class_id) is not int:
            whole("class_id", d.class_id, -(1 << 63), 1 << 63)
    return found


def not_numbers(d: Detection) -> NoReturn:
    """Says which of them is why a detection could not be put into an event."""
    for name in ("confidence", "x", "y", "w", "h"):
        value = getattr(d, name)
        try:
            number = None if isinstance(value, (str, bytes, bytearray)) else float(value)
        except OverflowError:
            raise ValueError(f"{name}={str(value)[:20]}.. is too large for a 32-bit float") from None
        except (TypeError, ValueError):
            number = None
        if number is None:
            raise TypeError(f"{name}={value!r}: a number is needed")
    raise TypeError(f"{d}: numbers are needed")


def options(roll: Optional[str], mode: int, durability: str, lock_timeout: float) -> None:
    """Those of open."""
    if roll is not None and roll not in ROLLS:
        raise ValueError(f'roll="{roll}": one of {", ".join(ROLLS)} is needed')
    whole("mode", mode, 0, 1 << 12)
    if durability not in DURABILITIES:
        raise ValueError(f'durability="{durability}": "none" or "every-event" is needed')
    if not hasattr(lock_timeout, "__float__"):
        raise TypeError(f"lock_timeout={lock_timeout!r}: seconds are needed, a number")
    if not 0 <= lock_timeout <= 1e9:
        raise ValueError(f"lock_timeout={lock_timeout}: seconds from 0 to 1e9 are needed")

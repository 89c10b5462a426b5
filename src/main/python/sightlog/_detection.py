"""One thing that was seen."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional, overload


class _Fields(NamedTuple):
    label: Optional[str]
    confidence: float
    x: float
    y: float
    w: float
    h: float
    class_id: Optional[int] = None
    track_id: int = 0


class Detection(_Fields):
    """One thing that was seen. Of what is read, label and class_id are both there; to append, one of them is enough.

    confidence is 0..1; x and y are the left and top edge, w and h the size, in pixels of the original picture, all of them kept
    as 32-bit floats. track_id is 0 while nothing tracks.
    """

    __slots__ = ()

    @overload
    def __new__(
        cls, label: Optional[str], confidence: float, x: float, y: float, w: float, h: float, class_id: Optional[int] = None,
        track_id: int = 0,
    ) -> Detection: ...  # fmt: skip

    @overload
    def __new__(
        cls, *, confidence: float, x: float, y: float, w: float, h: float, class_id: int, track_id: int = 0
    ) -> Detection: ...

    def __new__(cls, label: Optional[str] = None, *others: Any, **named: Any) -> Detection:
        return super().__new__(cls, label, *others, **named)

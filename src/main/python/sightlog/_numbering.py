"""Gives ids to labels, out of one label set a model that grows as new labels come."""

from __future__ import annotations

from typing import Callable, Dict, List, NamedTuple, Optional, Set

from ._detection import Detection
from ._format import MAX_CLASS_ID

# After so many, events with new labels carry their own: each label set is a file that stays.
MAX_PUBLISHED = 1_000
# More labels than this are not gathered, whatever comes.
MAX_LABELS = 10_000

_DEFAULT_MODEL = "append"

# Puts a model's name and its labels by id into the catalogue, and gives what events carry.
Publish = Callable[[str, Dict[int, str]], bytes]


class Numbered(NamedTuple):
    ids: List[int]
    label_set: bytes  # 8 zeros: none
    own_model: Optional[str]  # with own_labels in place of a label set
    own_labels: str


class _Growing:
    """Labels gathered so far under one model."""

    def __init__(self) -> None:
        self.labels: Dict[int, str] = {}
        self.ids: Dict[str, int] = {}
        self.assigned: Set[int] = set()  # ids that no event gave
        self.free = 0  # no id below it is given to a label any more
        self.label_set = bytes(8)


class Numbering:
    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._by_model: Dict[str, _Growing] = {}
        self._published = 0
        self._gathered = 0

    def number(self, model: str, detections: List[Detection]) -> Numbered:
        """ValueError for a detection without label and id, and for an id with two labels in one event."""
        if all(d.class_id is not None and d.label is None for d in detections):
            return Numbered([d.class_id for d in detections], bytes(8), model, "")  # type: ignore[misc]
        growing = self._by_model.setdefault(model or _DEFAULT_MODEL, _Growing())
        event = _OneEvent(growing, detections)
        ids = [event.id_of(d) for d in detections]
        added = [class_id for class_id in event.labels if class_id not in growing.labels]
        full = self._published == MAX_PUBLISHED or self._gathered + len(added) > MAX_LABELS
        if event.contradicts or (added and full):
            lines = (f"{i}\t{label}\n" for i, label in sorted(event.labels.items()) if label != str(i))
            return Numbered(ids, bytes(8), model or _DEFAULT_MODEL, "".join(lines))
        if added:
            grown = {**growing.labels, **event.labels}
            growing.label_set = self._publish(model or _DEFAULT_MODEL, grown)
            growing.labels = grown
            for class_id, label in event.labels.items():
                growing.ids.setdefault(label, class_id)
            growing.assigned |= event.fresh
            growing.free = event.free
            self._published += 1
            self._gathered += len(added)
        return Numbered(ids, growing.label_set, None, "")


class _OneEvent:
    """Decides for one event; nothing of it is kept until it is appended."""

    def __init__(self, growing: _Growing, detections: List[Detection]) -> None:
        self._growing = growing
        self.labels: Dict[int, str] = {}  # of this event
        self.fresh: Set[int] = set()  # of these, the ids given here that are new
        self.free = growing.free
        self.contradicts = False  # an id means something else here than in the label set
        self._ids: Dict[str, int] = {}
        self._bare: Set[int] = set()  # ids this event gives without a label
        for d in detections:
            self._given(d)
        self.contradicts |= any(i in growing.assigned and i not in self.labels for i in self._bare)

    def _given(self, d: Detection) -> None:
        if d.class_id is None:
            if not d.label or not d.label.strip():
                raise ValueError(f"a detection needs a label or a class_id: {d}")
        elif d.label is None:
            self._bare.add(d.class_id)
        else:
            before = self.labels.setdefault(d.class_id, d.label)
            if before != d.label:
                raise ValueError(f'class_id={d.class_id} is "{before}" and "{d.label}" in the same event')
            self._ids.setdefault(d.label, d.class_id)
            self.contradicts |= self._growing.labels.get(d.class_id, d.label) != d.label

    def id_of(self, d: Detection) -> int:
        if d.class_id is not None:
            return d.class_id
        label = str(d.label)
        class_id = self._ids.get(label)
        if class_id is None:
            class_id = self._growing.ids.get(label)
            if class_id is None or (self.contradicts and (class_id in self._bare or class_id in self.labels)):
                class_id = self._next_free()
                self.fresh.add(class_id)
            self.labels[class_id] = label
            self._ids[label] = class_id
        return class_id

    def _next_free(self) -> int:
        while self.free in self._growing.labels or self.free in self.labels or self.free in self._bare:
            self.free += 1
        if self.free > MAX_CLASS_ID:
            raise ValueError("no class id is left for one more label")
        return self.free

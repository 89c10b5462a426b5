"""What class ids mean, and which model made them: the catalogue, or what an event says itself."""

from __future__ import annotations

import hashlib
import os
import re
import warnings
from typing import Dict, Optional

from ._errors import LabelSetWarning, NotAJournal, SightlogError
from ._files import read_regular
from ._format import MAX_CLASS_ID

_MAX_BYTES = 16 << 20
_FORMAT = "sightlog label set 1"
_ESCAPES = re.compile(r'\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|([nt"\\])|(.?))', re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t"}


class LabelSet:
    """``model`` is the model's name, ``labels`` are by class id."""

    __slots__ = ("model", "labels")

    def __init__(self, model: str, labels: Dict[int, str]) -> None:
        self.model = model
        self.labels = labels

    def label(self, class_id: int) -> str:
        """The id in decimal when it has none."""
        found = self.labels.get(class_id)
        return str(class_id) if found is None else found


NONE = LabelSet("", {})


def own(model: str, text: str) -> LabelSet:
    """Of an event that says itself what its ids mean. ValueError for an id that is none."""
    labels = {}
    for line in text.split("\n"):
        class_id, tab, label = line.partition("\t")
        if tab:
            labels[_class_id(class_id)] = _plain(label)
    return LabelSet(_plain(model), labels)


def _plain(text: str) -> str:
    if any(c < " " or "\x7f" <= c <= "\x9f" for c in text):
        raise ValueError("a label or a model's name has control characters")
    return text


class Catalogue:
    """The label sets of a journal, each kept once it was read. One thread at a time."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self._known: Dict[bytes, Optional[LabelSet]] = {}

    def find(self, name: bytes) -> Optional[LabelSet]:
        """By the 8 bytes that events carry; None when there is none, or it cannot be read, which is a LabelSetWarning, once."""
        try:
            return self._known[name]
        except KeyError:
            try:
                found = self._read(name.hex())
            except SightlogError as problem:
                if not isinstance(problem, NotAJournal) and not isinstance(problem.__cause__, PermissionError):
                    raise  # the next time it may be there
                found = None
                warnings.warn(f"{problem}: class ids are given in place of labels", LabelSetWarning, stacklevel=2)
            self._known[name] = found
            return found

    def _read(self, name: str) -> Optional[LabelSet]:
        path = os.path.join(self.directory, "catalogue", name + ".yaml")
        try:
            content = read_regular(path, _MAX_BYTES + 1)
        except FileNotFoundError:
            return None
        if len(content) > _MAX_BYTES:
            raise NotAJournal(f"{path} is damaged: a label set has at most {_MAX_BYTES} bytes")
        digest = hashlib.sha256(content).digest()[:8]
        if (digest if any(digest) else b"\1" + digest[1:]).hex() != name:
            raise NotAJournal(f"{path} is damaged: its content is not what its name says")
        try:
            return _parse(content.decode("utf-8", "replace"))
        except ValueError as problem:
            raise NotAJournal(f"{path} is not a label set: {problem}") from problem


def _parse(text: str) -> LabelSet:
    fields, labels = {}, {}
    for line in text.split("\n"):
        if not line or line.startswith("#"):
            continue
        key, _, value = line.partition(": ")
        if key.startswith("label."):
            labels[_class_id(key[6:])] = _unquoted(value)
        else:
            fields[key] = _unquoted(value)
    if fields.get("format") != _FORMAT:
        raise ValueError(f'its format is "{fields.get("format")}", this Sightlog reads "{_FORMAT}"')
    for text in (fields.get("model", ""), *labels.values()):
        _plain(text)
    return LabelSet(fields.get("model", ""), labels)


def _class_id(text: str) -> int:
    if not re.fullmatch("[+]?[0-9]{1,9}", text, re.ASCII) or int(text) > MAX_CLASS_ID:
        raise ValueError(f'"{text}" is no class id of 0..{MAX_CLASS_ID}')
    return int(text)


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    if len(value) < 2 or not value.endswith('"'):
        raise ValueError(f"no closing quote: {value}")
    text = _ESCAPES.sub(_escape, value[1:-1])
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _escape(match: "re.Match[str]") -> str:
    code = match[1] or match[2]
    if code:
        return chr(int(code, 16))
    if match[3]:
        return _PLAIN.get(match[3], match[3])
    raise ValueError(f"escape \\{match[4]}")

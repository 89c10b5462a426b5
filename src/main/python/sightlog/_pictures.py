"""Pictures of frames, kept in files beside the journal: frames/ in docs/format.md.

Nothing that an event says is believed before it was compared with the file. Names are made of its numbers alone, and no link below the
directory of the journal is followed.
"""

from __future__ import annotations

import errno
import os
import stat
import struct
from typing import Optional, Tuple

from . import _id
from ._crc import crc32c
from ._errors import FileAccessError, NotAJournal
from ._sections import KeptFrame

_MAGIC = b"SLKF"
_VERSION = 1
_HEADER = struct.Struct("<4sI16sQqiI16x")
_CHECKED = 44  # bytes of the header that its checksum is of
_RECORD = struct.Struct("<iIq")
_MAX_BYTES = 64 << 20

_FOLDER = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
_NO_FILE = (errno.ELOOP, errno.ENOTDIR, errno.ENXIO)


class _Missing(Exception):
    """Nothing is where a picture should be."""


class Damaged(Exception):
    """What is wrong with the file of a picture, or with what is in it. newer: a newer Sightlog made it."""

    def __init__(self, text: str, newer: bool = False) -> None:
        super().__init__(text)
        self.newer = newer


def read(directory: str, kept: KeptFrame) -> Optional[bytes]:
    """The bytes of a picture, None when it is not here. Damaged, or FileAccessError when the system cannot read it."""
    name = f"{kept.producer}-{kept.file:08d}.frames"
    path = os.path.join(directory, "frames", kept.journal, name)
    try:
        fd = _open(directory, ("frames", kept.journal, name))
    except FileNotFoundError:
        return None
    except OSError as problem:
        if problem.errno in _NO_FILE:
            raise Damaged(f"{path}: {_no_file()}") from problem
        raise FileAccessError(f"cannot read {path}", problem) from problem
    try:
        return _read(fd, kept)
    except Damaged as damage:
        raise Damaged(f"{path}: {damage}", damage.newer) from None
    except _Missing as missing:
        if _is_own(directory, kept.journal):
            raise Damaged(f"{path}: {missing}") from None
        return None
    except OSError as problem:
        raise FileAccessError(f"cannot read {path}", problem) from problem
    finally:
        os.close(fd)


def _is_own(directory: str, journal: str) -> bool:
    """Of another journal only those are here that were sound, and that events pointed at."""
    try:
        return _id.read(directory) == journal
    except NotAJournal:
        return True  # nobody knows: what should be here is not


def _open(directory: str, way: Tuple[str, ...]) -> int:
    """Each folder in the one above, and not through a link."""
    at = os.open(directory, _FOLDER)
    for i, name in enumerate(way):
        try:
            following = os.open(name, (_FOLDER if i < len(way) - 1 else _FILE) | os.O_NOFOLLOW, dir_fd=at)
        finally:
            os.close(at)
        at = following
    return at


def _no_file() -> str:
    return "it is a link or no file, or a folder on the way is a link or no folder"


def _read(fd: int, kept: KeptFrame) -> bytes:
    status = os.fstat(fd)
    if not stat.S_ISREG(status.st_mode):
        raise Damaged(_no_file())
    if kept.offset + kept.bytes > status.st_size:
        raise _Missing(f"it ends at byte {status.st_size}, before this picture does")
    _check_header(_read_at(fd, _HEADER.size, 0), kept)
    if kept.offset < _HEADER.size + _RECORD.size or kept.offset % 8 != 0:
        raise Damaged(f"no picture can begin at byte {kept.offset}")
    if kept.bytes > _MAX_BYTES:
        raise Damaged(f"no picture has {kept.bytes} bytes")
    record = _read_at(fd, _RECORD.size, kept.offset - _RECORD.size)
    picture = _read_at(fd, kept.bytes, kept.offset)
    if len(record) < _RECORD.size or len(picture) < kept.bytes:
        raise _Missing("it was cut while it was read")
    if not any(record):
        raise _Missing(f"no picture is at byte {kept.offset}")
    if _RECORD.unpack(record)[:2] != (kept.bytes, kept.crc32c):
        raise Damaged(f"another picture is at byte {kept.offset}")
    if crc32c(picture) != kept.crc32c:
        raise Damaged(f"the picture at byte {kept.offset} is damaged: its checksum is wrong")
    return picture


def _read_at(fd: int, size: int, offset: int) -> bytes:
    """Fewer where the file ends."""
    found = bytearray()
    while len(found) < size:
        more = os.pread(fd, size - len(found), offset + len(found))
        if not more:
            break
        found += more
    return bytes(found)


def _check_header(content: bytes, kept: KeptFrame) -> None:
    """That it is the file. Until when it stays does not matter."""
    if len(content) < _HEADER.size:
        raise Damaged(f"it has no header: it was cut to {len(content)} bytes")
    magic, version, journal, producer, file, _, crc = _HEADER.unpack(content)
    if magic != _MAGIC:
        raise Damaged("it does not begin as a file of kept frames")
    if version > _VERSION and crc == crc32c(content[:_CHECKED]):
        raise Damaged(f"it is of version {version}, this package reads version {_VERSION}; use a newer one", newer=True)
    if (version, journal.hex(), f"{producer:016x}", file) != (_VERSION, kept.journal, kept.producer, kept.file):
        raise Damaged("its header is that of another file, or damaged")

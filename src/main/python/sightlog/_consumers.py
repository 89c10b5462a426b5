"""Where named consumers stand: consumers/NAME.position, held by a record lock of the kernel for the life of its holder.

The lock is on consumers/NAME.lock, which those who may only read cannot open, and on the position for the sake of older versions.
These files are read and written by calls, and never mapped: a mapping has a descriptor of its own here, and closing any
descriptor of such a file drops the lock.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import stat
import struct
import threading
import time
from typing import Dict, List, NamedTuple, Optional, Tuple

from ._crc import crc32c
from ._errors import ConsumerHeld, FileAccessError, NotAJournal, SightlogError, position_text
from ._files import open_regular
from ._identity import check_position, key
from ._owners import locked_mode, make_file, make_folder

AT_START, BEHIND, AT = 0, 1, 2

_NAME = re.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}", re.ASCII)
_SUFFIX = ".position"
_LOCK_SUFFIX = ".lock"
_MAGIC = b"SLCP"
_BYTES = 4096
_HEAD = struct.Struct("<4siqqq")
_SLOT = struct.Struct("<IIqqqiI")
_SLOTS = (64, 128)  # of the odd generations, of the even ones
_HOLDER = 16

_held: Dict[Tuple[int, int], "ConsumerFile"] = {}
_held_lock = threading.Lock()


class Consumer(NamedTuple):
    """Where a named consumer stands. holder is the process id of who reads under that name, 0 for nobody."""

    name: str
    state: int  # 0 at the start of the journal, 1 behind index:place, 2 at it
    index: int
    place: int
    moved_nanos: int  # when it was last saved, since the epoch; 0 never
    created_nanos: int
    holder: int

    @property
    def position(self) -> str:
        return position_text(self.index, self.place)


class _Slot(NamedTuple):
    generation: int
    state: int
    index: int
    place: int
    moved_nanos: int
    resets: int  # how often it was moved on purpose: carried on, and looked at by bridges alone


_NEW = _Slot(0, AT_START, 0, 0, 0, 0)


def _path(directory: str, name: str) -> str:
    if not isinstance(name, str):
        raise TypeError(f"name={name!r}: a str is needed")
    if not _NAME.fullmatch(name):
        raise ValueError(
            f'bad consumer name "{name}": 1 to 64 letters, digits, ".", "_" or "-" are needed, not beginning with "." or "-"'
        )
    return os.path.join(directory, "consumers", name + _SUFFIX)


def read_all(directory: str) -> List[Consumer]:
    """In order of name; looking needs no lock."""
    try:
        files = sorted(os.listdir(os.path.join(directory, "consumers")))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as problem:
        raise FileAccessError(f"cannot look into {os.path.join(directory, 'consumers')}", problem) from problem
    names = [file[: -len(_SUFFIX)] for file in files if file.endswith(_SUFFIX)]
    found = (read(directory, name) for name in sorted(names) if _NAME.fullmatch(name))
    return [consumer for consumer in found if consumer is not None]


def read(directory: str, name: str) -> Optional[Consumer]:
    """None when there is none of that name."""
    path = _path(directory, name)
    with _held_lock:  # closing a descriptor of a file we hold would drop its lock
        try:
            own = _held.get(key(os.stat(path)))
            if own is not None:
                return own.consumer()
            fd = open_regular(path, os.O_RDONLY)
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise FileAccessError(f"cannot read {path}", problem) from problem
        try:
            data = os.pread(fd, _BYTES, 0)
            return _consumer(path, name, data, _lock_holder(fd))
        except OSError as problem:
            raise FileAccessError(f"cannot read {path}", problem) from problem
        finally:
            os.close(fd)


def _consumer(path: str, name: str, data: bytes, holder: int) -> Optional[Consumer]:
    if not any(data[:72]):
        return None  # just made
    slot = _best(path, data)
    _, _, created, named, since = _HEAD.unpack_from(data)
    if holder == 0 and _lives(named, since):
        holder = named
    return Consumer(name, slot.state, slot.index, slot.place, slot.moved_nanos, created, holder)


def _best(path: str, data: bytes) -> _Slot:
    """The good slot with the higher generation."""
    if len(data) < 192 or data[:4] != _MAGIC or _HEAD.unpack_from(data)[1] != 1:
        raise NotAJournal(f"{path} is not a consumer's position this Sightlog knows; remove it to begin anew")
    best, written = _NEW, 0
    for at in _SLOTS:
        crc, place, generation, index, moved, state, resets = _SLOT.unpack_from(data, at)
        written += generation != 0
        if generation > best.generation and crc == crc32c(data[at + 4 : at + 40]):
            best = _Slot(generation, state, index, place, moved, resets)
    if written == 2 and best is _NEW:  # one alone: a death in the first save
        raise NotAJournal(f"{path} is damaged: neither of its two positions has a good checksum; remove it to begin anew")
    if best.state not in (AT_START, BEHIND, AT) or best.index < 0:
        raise NotAJournal(f"{path} is damaged: state={best.state} index={best.index}; remove it to begin anew")
    return best


def _lock_holder(fd: int, kind: int = fcntl.F_RDLCK) -> int:
    """Process id of whoever holds a record lock of the file, only one for writing unless told, 0 for nobody."""
    shape = "hhqqi4x"
    lock = fcntl.fcntl(fd, fcntl.F_GETLK, struct.pack(shape, kind, os.SEEK_SET, 0, 0, 0))
    kind, _, _, _, pid = struct.unpack(shape, lock)
    return 0 if kind == fcntl.F_UNLCK else max(0, pid)


class ConsumerFile:
    """A position that this process holds, until it is closed or the process ends. After fork() it is the parent's."""

    def __init__(self, directory: str, name: str) -> None:
        self.name = name
        self._path = _path(directory, name)
        self._pid = os.getpid()
        with _held_lock:
            self._lock_fd = -1
            self._fd = self._hold(directory)
            try:
                self._begin()
            except BaseException as problem:
                os.close(self._fd)
                os.close(self._lock_fd)
                if isinstance(problem, OSError):
                    raise self._not_kept(problem) from problem
                raise
            _held[self._key] = self

    def _hold(self, directory: str) -> int:
        try:
            if not os.path.exists(self._path):
                make_folder(directory, os.path.dirname(self._path))
                make_file(directory, self._path, _BYTES)
            if os.path.islink(os.path.dirname(self._path)):
                raise SightlogError(f"cannot keep the position of consumer {self.name}: consumers is a link")
            own = _held.get(key(os.stat(self._path)))
            if own is not None and own._pid == self._pid:
                raise self._running(self._pid)
            fd = open_regular(self._path, os.O_RDWR)
        except OSError as problem:
            raise self._not_kept(problem) from problem
        try:
            self._lock_fd = self._lock(directory, fd)
        except BaseException as problem:
            os.close(fd)
            if isinstance(problem, OSError):
                raise self._not_kept(problem) from problem
            raise
        return fd

    def _lock(self, directory: str, position: int) -> int:
        """A descriptor of NAME.lock, locked, and the position, for older versions. A reader's lock of that does not keep us out."""
        path = self._path[: -len(_SUFFIX)] + _LOCK_SUFFIX
        if not os.path.exists(path):
            make_file(directory, path, 0, locked=True)
        fd = open_regular(path, os.O_RDWR)
        mode = stat.S_IMODE(os.fstat(fd).st_mode)
        if locked_mode(mode) != mode:
            with contextlib.suppress(OSError):  # another user's, who may write it, too
                os.fchmod(fd, locked_mode(mode))
        data = os.pread(position, _HEAD.size, 0)
        named = _HEAD.unpack(data)[3] if len(data) == _HEAD.size else 0
        try:
            if not _try_lock(fd, fcntl.LOCK_EX):
                by = _lock_holder(fd, fcntl.F_WRLCK)
                raise self._locked(by) if by not in (0, named) else self._running(named)
            if not _try_lock(position, fcntl.LOCK_EX) and not _try_lock(position, fcntl.LOCK_SH):
                raise self._running(named)
        except BaseException:
            os.close(fd)
            raise
        return fd

    def _not_kept(self, problem: OSError) -> SightlogError:
        return SightlogError(
            f"cannot keep the position of consumer {self.name} in {self._path}: {problem.strerror}; "
            "read without a name, or get write permission"
        )

    def _locked(self, pid: int) -> ConsumerHeld:
        try:
            with open(f"/proc/{pid}/comm", encoding="utf-8", errors="replace") as file:
                program = " (" + "".join(c if c.isprintable() else "?" for c in file.read().strip()) + ")"
        except OSError:
            program = ""
        return ConsumerHeld(
            f'consumer "{self.name}" cannot run: process {pid}{program} has locked consumers/{self.name}{_LOCK_SUFFIX}: '
            "stop that one, or use another name",
            pid,
        )

    def _running(self, pid: int) -> ConsumerHeld:
        text = f'consumer "{self.name}" is running already, as process {pid}: stop that one, or use another name'
        return ConsumerHeld(text, pid)

    def _begin(self) -> None:
        status = os.fstat(self._fd)
        self._key = key(status)
        if status.st_size < _BYTES:
            os.pwrite(self._fd, bytes(_BYTES - status.st_size), status.st_size)
        data = os.pread(self._fd, _BYTES, 0)
        if data[:4] == bytes(4):
            os.pwrite(self._fd, struct.pack("<iq", 1, time.time_ns()), 4)
            os.pwrite(self._fd, _MAGIC, 0)
            data = os.pread(self._fd, _BYTES, 0)
        self.slot = _best(self._path, data)
        os.pwrite(self._fd, struct.pack("<qq", self._pid, _started_millis()), _HOLDER)

    def consumer(self) -> Optional[Consumer]:
        return _consumer(self._path, self.name, os.pread(self._fd, _BYTES, 0), self._pid)

    def check_same(self) -> None:
        """JournalReplaced when its name leads to another file now."""
        check_position(self._path, self._key)

    def is_new(self) -> bool:
        """Whether no position was ever saved."""
        return self.slot.generation == 0

    def save(self, state: int, index: int, place: int) -> None:
        """Written into the slot that does not count, so that a death half-way leaves the other one."""
        if self._fd < 0:
            raise SightlogError(f"the position of consumer {self.name} cannot be saved: its reader is closed")
        if os.getpid() != self._pid:
            raise SightlogError(f"the position of consumer {self.name} cannot be saved: process {self._pid} holds it, open another")
        slot = _Slot(self.slot.generation + 1, state, index, place, time.time_ns(), self.slot.resets)
        content = _SLOT.pack(0, place, slot.generation, index, slot.moved_nanos, state, slot.resets)
        content = struct.pack("<I", crc32c(content[4:])) + content[4:]
        try:
            os.pwrite(self._fd, content, _SLOTS[1 - slot.generation % 2])
        except OSError as problem:
            raise SightlogError(f"the position of consumer {self.name} cannot be saved: {problem.strerror}") from problem
        self.slot = slot

    def close(self) -> None:
        with _held_lock:
            if self._fd < 0:
                return
            if os.getpid() == self._pid:
                with contextlib.suppress(OSError):  # the lock, not this, says whether it is held
                    os.pwrite(self._fd, bytes(16), _HOLDER)
            if _held.get(self._key) is self:
                del _held[self._key]
            os.close(self._fd)
            self._fd = -1
            os.close(self._lock_fd)  # last: whoever gets it finds no lock on the position


def _try_lock(fd: int, kind: int) -> bool:
    """All of it; False when another process has it."""
    try:
        fcntl.lockf(fd, kind | fcntl.LOCK_NB)
        return True
    except OSError as problem:
        if problem.errno in (errno.EAGAIN, errno.EACCES):
            return False
        raise


def _lives(pid: int, since_millis: int) -> bool:
    """Whether the process that a position names still runs."""
    if pid <= 0:
        return False
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            state = file.read().rsplit(b")", 1)[1].split()[0]
    except (OSError, IndexError):
        return False
    started = _started_millis(str(pid))
    return state not in (b"Z", b"X") and (started == 0 or since_millis == 0 or started == since_millis)


def _started_millis(process: str = "self") -> int:
    """When a process started, since the epoch, as the JDK computes it; 0 unknown."""
    try:
        with open(f"/proc/{process}/stat", "rb") as file:
            ticks = int(file.read().rsplit(b")", 1)[1].split()[19])
        with open("/proc/stat", "rb") as file:
            boot = next(int(line.split()[1]) for line in file if line.startswith(b"btime "))
    except (OSError, ValueError, IndexError, StopIteration):
        return 0
    return boot * 1000 + ticks * 1000 // os.sysconf("SC_CLK_TCK")

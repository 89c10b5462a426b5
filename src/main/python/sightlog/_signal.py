"""sightlog.signal: sleeping until a writer appends."""

from __future__ import annotations

import ctypes
import mmap
import os
import platform
import struct
import sys
import threading
import time
from typing import Any, Optional

from ._errors import FileAccessError, NotAJournal
from ._files import open_regular

_BYTES = 4096
_MAGIC = b"SLSG"
_VERSION = 1
_WAKES, _SLEEPERS = 64, 128
_FUTEX_WAIT = 0
_SYS_FUTEX = {"x86_64": 202, "aarch64": 98, "riscv64": 98}.get(platform.machine())
# A sleep ends by itself after this long, so that a lost wake-up costs no more.
_LONGEST_SECONDS = 0.1
_POLL_SECONDS = 0.001


class _Timespec(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_int64), ("nanos", ctypes.c_int64)]


def last_appended_nanos(directory: str) -> int:
    """The stamp of the last append, 0 when there is none, -1 when it is damaged."""
    try:
        with open(open_regular(os.path.join(directory, "sightlog.signal"), os.O_RDONLY), "rb") as file:
            content = file.read(_BYTES)
    except FileNotFoundError:
        return 0
    except NotAJournal:
        return -1
    except OSError as problem:
        raise FileAccessError(f"cannot read {os.path.join(directory, 'sightlog.signal')}", problem) from problem
    if len(content) < _BYTES:
        return -1
    magic, version, nanos = struct.unpack_from("<4siq", content)
    # Without the magic, nobody has begun it, or it was lost: the stamp counts all the same.
    begun = magic != bytes(4)
    return -1 if begun and (magic != _MAGIC or version != _VERSION or nanos < 0) else int(nanos)


class Sleep:
    """Announce, look once more for an event, then sleep. One thread at a time."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._memory: Optional[mmap.mmap] = None
        self._wakes: Any = None
        self._sleepers: Any = None
        self._fence = threading.Lock()
        self._announced = 0

    def announce(self) -> None:
        """The caller looks once more before it sleeps."""
        if self._memory is None and not self._open():
            return
        self._sleepers.value = 1
        with self._fence:  # an atomic exchange: the announcement comes before the last look
            self._announced = self._wakes.value

    def sleep(self, seconds: float = _LONGEST_SECONDS) -> None:
        """Until a writer wakes us, unless one has since the announcement, or the time is over."""
        if self._memory is None:
            time.sleep(min(seconds, _POLL_SECONDS))
            return
        nanos = int(max(0.0, min(seconds, _LONGEST_SECONDS)) * 1e9)
        _LIBC.syscall(
            ctypes.c_long(_SYS_FUTEX), ctypes.byref(self._wakes), ctypes.c_int(_FUTEX_WAIT),
            ctypes.c_uint32(self._announced), ctypes.byref(_Timespec(0, nanos)), None, ctypes.c_int(0),
        )  # fmt: skip

    def _open(self) -> bool:
        """False where it cannot be written, or there is no futex: then we look again every millisecond."""
        if _LIBC is None:
            return False
        try:
            path = os.path.join(self._directory, "sightlog.signal")
            fd = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return False
        try:
            if os.fstat(fd).st_size < _BYTES or os.pread(fd, 4, 0) != _MAGIC:
                return False
            memory = mmap.mmap(fd, _BYTES)
        except (OSError, ValueError):
            return False
        finally:
            os.close(fd)
        self._wakes = ctypes.c_uint32.from_buffer(memory, _WAKES)
        self._sleepers = ctypes.c_uint32.from_buffer(memory, _SLEEPERS)
        self._memory = memory
        return True

    def close(self) -> None:
        self._wakes = self._sleepers = self._memory = None


def _libc() -> Any:
    if not sys.platform.startswith("linux") or _SYS_FUTEX is None:
        return None
    try:
        return ctypes.CDLL(None)
    except OSError:
        return None


_LIBC = _libc()

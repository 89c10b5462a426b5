"""Files that others may be growing, mapped read-only."""

from __future__ import annotations

import errno
import mmap
import os
import stat
from typing import Any

from ._errors import FileAccessError, NotAJournal

_PAGE = 4096
_POPULATE_READ = 22  # of madvise, from Linux 5.14 on
# What the kernel is asked for at once, when a file is read in order, and when all of a part is.
_LONGEST_STRETCH = 256 << 10
_PIECE = 1 << 20
# How far ahead somebody looks next who goes on in order.
_NEAR = 64 << 10


def is_there(path: str) -> bool:
    """Whether there is something of this name. What cannot be asked is not "not there": FileAccessError."""
    try:
        os.lstat(path)
        return True
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as problem:
        raise FileAccessError(f"cannot look at {path}", problem) from problem


def read_regular(path: str, from_end: int) -> bytes:
    """The end of a regular file, at most so many bytes. FileNotFoundError when there is none."""
    try:
        with open(open_regular(path, os.O_RDONLY), "rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - from_end))
            return file.read(from_end)
    except FileNotFoundError:
        raise
    except OSError as problem:
        raise FileAccessError(f"cannot read {path}", problem) from problem


def open_regular(path: str, flags: int) -> int:
    """A descriptor of a regular file. A link, in a journal from elsewhere, could lead anywhere, and a pipe would have us wait."""
    try:
        fd = os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise
    except OSError as problem:
        if problem.errno in (errno.ELOOP, errno.ENOTDIR, errno.ENXIO):
            raise NotAJournal(f"cannot open {path}: {problem.strerror}") from problem
        raise FileAccessError(f"cannot open {path}", problem) from problem
    try:
        mode = os.fstat(fd).st_mode
    except OSError as problem:
        os.close(fd)
        raise FileAccessError(f"cannot open {path}", problem) from problem
    if not stat.S_ISREG(mode):
        os.close(fd)
        raise NotAJournal(f"cannot open {path}: it is no file")
    return fd


class Mapped:
    """A file mapped whole, and again when it has grown and more of it is asked for.

    The mapping is never unmapped by hand: it goes when nobody refers to it, so that views of it stay valid as long as they are
    held.

    A load from a page that the device cannot give ends the process (SIGBUS). So the kernel is asked for a stretch of the file before
    it is looked at: an error is a FileAccessError then.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.fd = open_regular(path, os.O_RDONLY)
        self.memory: Any = b""
        self.mapped = 0
        self.given_from = 0  # up to given_to: what the kernel has read
        self.given_to = 0
        self.has(0, 1)

    def size(self) -> int:
        """Of what is mapped, as far as the file still has it."""
        while True:
            try:
                size = os.fstat(self.fd).st_size
            except OSError as problem:
                raise FileAccessError(f"cannot read {self.path}", problem) from problem
            if size <= self.mapped:
                return size
            try:
                self.memory = mmap.mmap(self.fd, size, access=mmap.ACCESS_READ)
                self.mapped = size
                return size
            except ValueError:
                pass  # a writer cut it in between: its cycle has ended
            except OSError as problem:
                raise FileAccessError(f"cannot map {self.path}", problem) from problem

    def has(self, position: int, count: int) -> bool:
        """Whether so many bytes are there, mapped, and read by the kernel."""
        end = position + count
        return (self.given_from <= position and end <= self.given_to) or (position >= 0 and self._stretch(position, end))

    def _stretch(self, position: int, end: int) -> bool:
        """Twice as long each time where a file is read in order, and no longer than asked for where it is searched."""
        size = self.size()
        if end > size:
            return False
        onwards = self.given_to > 0 and self.given_from <= position <= self.given_to + _NEAR
        first = self.given_to if onwards else position & -_PAGE
        step = min(self.given_to - self.given_from, _LONGEST_STRETCH) if onwards else 0
        needed = min(end + _PAGE - 1 & -_PAGE, size)
        last = max(needed, min(first + step, size))
        try:
            self._give(first, last)
        except FileAccessError:
            if last == needed:
                raise
            self._give(first, needed)  # what cannot be read lies farther on
            last = needed
        self.given_from = self.given_from if onwards else first
        self.given_to = last
        return True

    def give(self, start: int, end: int) -> None:
        """Has the kernel read all of a part, for who looks through it."""
        for at in range(start, end, _PIECE):
            self._give(at, min(at + _PIECE, end))

    def _give(self, start: int, end: int) -> None:
        start &= -_PAGE
        if start >= end:
            return
        try:
            self.memory.madvise(_POPULATE_READ, start, end - start)
            return
        except OSError:
            pass  # it says that it failed, but not why; or the kernel does not know it
        for at in range(start, end, _PAGE):
            try:
                os.pread(self.fd, 1, at)
            except OSError as problem:
                raise FileAccessError(f"cannot read {self.path} at byte {at}", problem) from problem

    def is_stale(self, position: int) -> bool:
        """Whether four bytes, at a multiple of 4, are other ones than are mapped, and stay so.

        An overlay file system gives a file that is written to for the first time a copy of its own, and leaves those that mapped it
        before with the old one.
        """
        different = position + 4 <= self.mapped
        for _ in range(3):
            before = bytes(self.memory[position : position + 4])
            read = os.pread(self.fd, 4, position)
            different = different and len(read) == 4 and read != before and before == bytes(self.memory[position : position + 4])
        return different

    def close(self) -> None:
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1
        self.memory = b""
        self.mapped = self.given_from = self.given_to = 0

    def __del__(self) -> None:
        if getattr(self, "fd", -1) >= 0:
            os.close(self.fd)

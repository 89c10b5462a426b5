"""Files that others may be growing, mapped read-only."""

from __future__ import annotations

import errno
import mmap
import os
import stat
from typing import Any

from ._errors import NotAJournal, SightlogError


def open_regular(path: str, flags: int) -> int:
    """A descriptor of a regular file. A link, in a journal from elsewhere, could lead anywhere, and a pipe would have us wait."""
    try:
        fd = os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise
    except OSError as problem:
        kind = NotAJournal if problem.errno in (errno.ELOOP, errno.ENOTDIR, errno.ENXIO) else SightlogError
        raise kind(f"cannot open {path}: {problem.strerror}") from problem
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise NotAJournal(f"cannot open {path}: it is no file")
    return fd


class Mapped:
    """A file mapped whole, and again when it has grown and more of it is asked for.

    The mapping is never unmapped by hand: it goes when nobody refers to it, so that views of it stay valid as long as they are
    held.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.fd = open_regular(path, os.O_RDONLY)
        self.memory: Any = b""
        self.mapped = 0
        self.has(0, 1)

    def size(self) -> int:
        """Of what is mapped, as far as the file still has it."""
        while True:
            size = os.fstat(self.fd).st_size
            if size <= self.mapped:
                return size
            try:
                self.memory = mmap.mmap(self.fd, size, access=mmap.ACCESS_READ)
                self.mapped = size
                return size
            except ValueError:
                pass  # a writer cut it in between: its cycle has ended
            except OSError as problem:
                raise SightlogError(f"cannot map {self.path}: {problem.strerror}") from problem

    def has(self, position: int, count: int) -> bool:
        """Whether so many bytes are there, and mapped."""
        return 0 <= position and (position + count <= self.mapped or position + count <= self.size())

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
        self.mapped = 0

    def __del__(self) -> None:
        if getattr(self, "fd", -1) >= 0:
            os.close(self.fd)

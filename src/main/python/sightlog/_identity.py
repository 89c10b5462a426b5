"""Which journal is open, so that another one that has taken its place is not taken for it."""

from __future__ import annotations

import os
from typing import Optional, Tuple

from ._errors import FileAccessError, JournalReplaced


class Identity:
    """The directory and metadata.cq4t by device and inode. Keeps the directory open, so that its inode is not given to another."""

    def __init__(self, directory: str, metadata: int) -> None:
        """metadata: a descriptor of metadata.cq4t, which stays open. JournalReplaced when another one has taken its place already."""
        self._directory = directory
        self._folder = -1
        try:
            self._folder = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            self._own = key(os.fstat(self._folder)), key(os.fstat(metadata))
        except (FileNotFoundError, NotADirectoryError) as problem:
            raise self._replaced("no directory is there") from problem
        except OSError as problem:
            self.close()
            raise FileAccessError(f"cannot open {directory}", problem) from problem
        try:
            self.check()
        except BaseException:
            self.close()
            raise

    def check(self) -> None:
        """JournalReplaced when the path leads to something else, or to nothing."""
        try:
            if key(os.stat(self._directory)) != self._own[0]:
                raise self._replaced("something else is there")
            if key(os.stat("metadata.cq4t", dir_fd=self._folder, follow_symlinks=False)) != self._own[1]:
                raise self._replaced("its metadata.cq4t is another file")
        except (FileNotFoundError, NotADirectoryError) as problem:
            there = os.path.isdir(self._directory)
            raise self._replaced("there is no metadata.cq4t" if there else "no directory is there") from problem
        except OSError as problem:
            raise FileAccessError(f"cannot see whether {self._directory} is the journal that was opened", problem) from problem

    def copied(self) -> JournalReplaced:
        return self._replaced("its files are other copies, as an overlay makes them,")

    def _replaced(self, what: str) -> JournalReplaced:
        return JournalReplaced(
            f"the journal at {self._directory} was replaced, moved or removed since it was opened ({what} now): open it again"
        )

    def close(self) -> None:
        folder, self._folder = self._folder, -1
        if folder >= 0:
            os.close(folder)

    def __del__(self) -> None:
        self.close()


def key(status: os.stat_result) -> Tuple[int, int]:
    return status.st_dev, status.st_ino


def check_position(path: str, own: Tuple[int, int]) -> None:
    """JournalReplaced when a consumer's file is another one than is held: what is saved there is not found by who comes next."""
    now: Optional[Tuple[int, int]] = None
    try:
        now = key(os.stat(path))
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as problem:
        raise FileAccessError(f"cannot see whether {path} is the position that was opened", problem) from problem
    if now != own:
        what = "not there" if now is None else "another file"
        raise JournalReplaced(
            f"the position in {path} was replaced, moved or removed since it was opened (it is {what} now): open it again"
        )

"""Whose the files of a journal are: docs/format.md, Owner, group, permissions."""

from __future__ import annotations

import contextlib
import errno
import grp
import os
import pwd
import stat
import uuid
from typing import NamedTuple, Optional


class Owner(NamedTuple):
    """What files of a journal get. Without metadata.cq4t the journal is private, and root gives it to its directory's owner."""

    uid: int
    gid: int
    mode: int
    made: bool

    def group_counts(self) -> bool:
        """Whether the group may do more than everybody."""
        return (self.mode >> 3) & ~self.mode & 6 != 0

    def suits(self, file: os.stat_result) -> bool:
        """Whether those whom the journal belongs to can use such a file."""
        same_group = file.st_gid == self.gid
        shared = self.mode & 0o006 == 0o006 or (same_group and self.mode & 0o060 == 0o060)
        return (same_group or not self.group_counts()) and (file.st_uid == self.uid or shared)

    def give(self, fd: int, mode: int) -> None:
        """To a new file or folder, with nothing in it yet. OSError when those whom the journal belongs to could not use it."""
        now = os.fstat(fd)
        if now.st_gid != self.gid:
            with contextlib.suppress(OSError):  # whether it suits all the same is looked at
                os.fchown(fd, -1, self.gid)
        if stat.S_IMODE(now.st_mode) != mode:
            os.fchmod(fd, mode)
        if now.st_uid != self.uid:
            with contextlib.suppress(OSError):
                os.fchown(fd, self.uid, -1)
        if self.made and not self.suits(os.fstat(fd)):
            user = _user(self.uid)
            whose = f"it belongs to user {user}, group {_group(self.gid)} (mode {self.mode:04o})"
            member = f", or as a member of group {_group(self.gid)}" if self.mode & 0o060 == 0o060 else ""
            text = f"{whose}, and they could not use what user {_user(os.geteuid())} writes here: run as {user}{member}"
            raise PermissionError(errno.EPERM, text)


def owner_of(directory: str) -> Owner:
    try:
        status = os.stat(os.path.join(directory, "metadata.cq4t"))
        return Owner(status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode) & 0o666, True)
    except FileNotFoundError:
        status = os.stat(directory)
        return Owner(status.st_uid, status.st_gid, 0o600, False)


def locked_mode(mode: int) -> int:
    """Without reading for those who may not write: of files whose kernel locks order writers."""
    return mode & ~((~mode & 0o222) << 1)


def make_file(directory: str, path: str, size: int, locked: bool = False) -> None:
    """All zeros, written in full under another name and linked: a second process that makes it must not put zeros over what is used."""
    owner = owner_of(directory)
    draft = os.path.join(os.path.dirname(path), f".draft-{uuid.uuid4()}")
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        owner.give(fd, locked_mode(owner.mode) if locked else owner.mode)
        if size:
            os.write(fd, bytes(size))
        os.link(draft, path)
    except FileExistsError:
        pass  # another was quicker
    finally:
        os.close(fd)
        os.unlink(draft)


def make_folder(directory: str, path: str) -> None:
    """Where there is none. Its group is handed on where that of the directory is, or where it is not that of who made it."""
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        return
    fd: Optional[int] = None
    try:
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW)
        owner, made = owner_of(directory), os.fstat(fd)
        if made.st_gid == owner.gid:
            hands_on = made.st_mode & stat.S_ISGID
        else:
            hands_on = stat.S_ISGID if owner.mode & 0o060 else 0
        owner.give(fd, owner.mode | (owner.mode & 0o444) >> 2 | hands_on)
    except BaseException:
        os.rmdir(path)
        raise
    finally:
        if fd is not None:
            os.close(fd)


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)

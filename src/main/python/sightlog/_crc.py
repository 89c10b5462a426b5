"""CRC-32C: by the C library where it was built, else by a table in Python, which is some hundred times slower."""

from __future__ import annotations

from typing import Callable, List

from . import _native


def _table() -> List[int]:
    table = []
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
        table.append(n)
    return table


_TABLE = _table()


def slow_crc32c(data: bytes) -> int:
    table = _TABLE
    crc = 0xFFFFFFFF
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def _choose() -> Callable[[bytes], int]:
    native = _native.crc32c()
    if native is None:
        return slow_crc32c

    def fast_crc32c(data: bytes) -> int:
        return native(0, data, len(data))  # type: ignore[no-any-return]

    return fast_crc32c


crc32c = _choose()

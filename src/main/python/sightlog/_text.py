"""Texts, times and numbers as lines of NDJSON have them."""

from __future__ import annotations

import re
import struct
import time
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Optional

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_TO_ESCAPE = re.compile(r'["\\\x00-\x1f]')
_FLOAT = struct.Struct("<f")
_BITS = struct.Struct("<I")


def quoted(text: str) -> str:
    return '"' + _TO_ESCAPE.sub(lambda m: _ESCAPES.get(m[0]) or f"\\u{ord(m[0]):04x}", text) + '"'


def rfc3339(nanos: int) -> str:
    seconds, fraction = divmod(nanos, 1_000_000_000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{fraction:09d}Z"


def number(value: float) -> str:
    return _shortest(value, _BITS.unpack(_FLOAT.pack(value))[0])


@lru_cache(maxsize=1 << 16)
def _shortest(value: float, bits: int) -> str:
    """The shortest decimal that gives the same 32-bit float, in plain notation."""
    if value != value or value in (float("inf"), float("-inf")):
        return '"NaN"' if value != value else '"Infinity"' if value > 0 else '"-Infinity"'
    if value == 0:
        return "-0" if bits >> 31 else "0"
    magnitude = bits & 0x7FFFFFFF
    low, high = _between(magnitude - 1, magnitude), _between(magnitude, magnitude + 1)
    for digits in range(1, 10):
        closer = f"{abs(value):.{digits - 1}e}"
        # what rounds to a double strictly between these two, which are doubles, is strictly between them
        best = Decimal(closer) if low < float(closer) < high else _either(abs(value), magnitude, low, high, digits)
        if best is not None:
            return ("-" if value < 0 else "") + _plain(best)
    raise AssertionError("nine digits are always enough")


def _plain(decimal: Decimal) -> str:
    text = format(decimal, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _either(value: float, magnitude: int, low: float, high: float, digits: int) -> Optional[Decimal]:
    """The closer one of the decimals below and above that read back as the same float, None when neither does."""
    exact = Decimal(value)
    found = []
    for rounding in (ROUND_FLOOR, ROUND_CEILING):
        candidate = Context(prec=digits, rounding=rounding).plus(exact)
        fraction = Fraction(candidate)
        if low < fraction < high or magnitude % 2 == 0 and fraction in (low, high):
            found.append((abs(fraction - Fraction(exact)), candidate.as_tuple().digits[-1] % 2, candidate))
    return min(found)[2] if found else None


def _between(a: int, b: int) -> float:
    """Halfway between two floats given by their bits; behind the largest one, as if the exponent went on."""
    x, y = struct.unpack("<2f", struct.pack("<2I", a, min(b, 0x7F7FFFFF)))
    if b <= 0x7F7FFFFF:
        return float(x + y) / 2
    return float(x + (x - _FLOAT.unpack(_BITS.pack(a - 1))[0]) / 2)

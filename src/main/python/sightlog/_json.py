"""An event as a line of NDJSON, by docs/ndjson.md."""

from __future__ import annotations

import base64
import re
import struct
import time
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, List, Optional

if TYPE_CHECKING:
    from ._events import Detection, Event

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_TO_ESCAPE = re.compile(r'["\\\x00-\x1f]')
_FLOAT = struct.Struct("<f")
_BITS = struct.Struct("<I")


def quoted(text: str) -> str:
    return '"' + _TO_ESCAPE.sub(lambda m: _ESCAPES.get(m[0]) or f"\\u{ord(m[0]):04x}", text) + '"'


def rfc3339(nanos: int) -> str:
    seconds, fraction = divmod(nanos, 1_000_000_000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{fraction:09d}Z"


def line(event: Event) -> str:
    out = [
        f'{{"index":"0x{event.index:x}","place":{event.place},"kind":"{event.kind}"',
        f'"source":{quoted(event.source)}',
        f'"stream":{quoted(event.stream)}',
        f'"frame":{event.frame}',
        f'"positionNanos":"{event.position_nanos}"',
        f'"capturedNanos":"{event.captured_nanos}"',
        f'"appendedNanos":"{event.appended_nanos}"',
        f'"decodeNanos":"{event.decode_nanos}"',
        f'"inferNanos":"{event.infer_nanos}"',
        f'"capturedAt":"{event.captured_at}"',
        f'"width":{event.width}',
        f'"height":{event.height}',
        f'"digest":"{event.digest}"',
        f'"model":{quoted(event.model)}',
        f'"labelSet":"{event.label_set}"',
        f'"producer":"{event.producer}"',
        f'"sequence":"{event.sequence}"',
        '"detections":[' + ",".join(map(_detection, event.detections)) + "]",
    ]
    if event.kind == "skip":
        out.append(f'"reason":{quoted(event.reason)}')
    if event.kind == "message":
        out.append(f'"topic":{quoted(event.topic)}')
        if event.text is None:
            out.append(f'"base64":"{base64.b64encode(event.content or b"").decode("ascii")}"')
        else:
            out.append(f'"text":{quoted(event.text)}')
    out += _rare(event)
    return ",".join(out) + "}"


def _rare(event: Event) -> List[str]:
    """What only some events have."""
    out = []
    kept, live, origin, answers = event.kept_frame, event.live, event.origin, event.answers
    if kept:
        out.append(
            f'"keptFrame":{{"journal":"{kept.journal}","producer":"{kept.producer}","file":"{kept.file}","offset":"{kept.offset}"'
            f',"bytes":{kept.bytes},"crc32c":"{kept.crc32c:08x}","format":"{kept.format}","width":{kept.width}'
            f',"height":{kept.height}}}'
        )
    if live:
        out.append(
            f'"live":{{"dropped":"{live.dropped}","ageNanos":"{live.age_nanos}","reconnects":"{live.reconnects}"'
            f',"outageNanos":"{live.outage_nanos}"}}'
        )
    if origin:
        path = ",".join(f'"{journal}"' for journal in origin.path)
        out.append(
            f'"origin":{{"kind":"{origin.kind}","broker":{quoted(origin.broker)},"topic":{quoted(origin.topic)}'
            f',"topicId":{quoted(origin.topic_id)},"messageId":{quoted(origin.message_id)},"partition":{origin.partition}'
            f',"offset":"{origin.offset}","path":[{path}],"producer":"{origin.producer}","sequence":"{origin.sequence}"'
            f',"appendedNanos":"{origin.appended_nanos}"}}'
        )
    if answers:
        out.append(
            f'"answers":{{"journal":"{answers.journal}","producer":"{answers.producer}","sequence":"{answers.sequence}"'
            f',"index":"0x{answers.index:x}","place":{answers.place}}}'
        )
    return out


def _detection(d: Detection) -> str:
    return (
        f'{{"classId":{d.class_id},"label":{quoted(d.label or "")},"confidence":{_number(d.confidence)},"x":{_number(d.x)}'
        f',"y":{_number(d.y)},"w":{_number(d.w)},"h":{_number(d.h)},"trackId":"{d.track_id}"}}'
    )


def _number(value: float) -> str:
    return shortest(value, _BITS.unpack(_FLOAT.pack(value))[0])


@lru_cache(maxsize=1 << 16)
def shortest(value: float, bits: int) -> str:
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

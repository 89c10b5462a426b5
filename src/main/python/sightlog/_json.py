"""An event as a line of NDJSON, by docs/ndjson.md."""

from __future__ import annotations

import base64
from typing import List

from ._detection import Detection
from ._fields import Fields
from ._text import number, quoted


def line(event: Fields) -> str:
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


def _rare(event: Fields) -> List[str]:
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
        f'{{"classId":{d.class_id},"label":{quoted(d.label or "")},"confidence":{number(d.confidence)},"x":{number(d.x)}'
        f',"y":{number(d.y)},"w":{number(d.w)},"h":{number(d.h)},"trackId":"{d.track_id}"}}'
    )

"""Learns what is usually seen where, and says what is not, with scikit-learn.

    python3 examples/learn.py [--name NAME] [--least N] [--unusual SHARE] [--to-end] JOURNAL

For journals into which a bridge brings the events of others: sightlog kafka receive --as-events, or sightlog mqtt receive --as-events. Of
each stream and label it looks at where the boxes were, how large, how sure, and at what hour, and trains an isolation forest on those that
are there when it starts; of fewer than N boxes (50 when left out) it learns nothing. Then it goes on: a frame with boxes that are unlike the
others is answered by a message under learn/STREAM, in JSON, and by a frame that has these boxes alone. Both say which event they answer, and
go into the same journal, where a bridge or any consumer finds them. With a name it goes on where it stopped. Ctrl-C ends it. Exit codes: 0
done, 1 failed, 2 usage.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from typing import Any, Dict, Iterator, List, Tuple

try:
    import sightlog
except ImportError:  # not installed: the package beside
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
    import sightlog

try:
    from sklearn.ensemble import IsolationForest
except ImportError:
    IsolationForest = None

DAY_NANOS = 24 * 3600 * 10**9
Place = Tuple[str, str]


def is_wanted(event: sightlog.Event) -> bool:
    """A frame that a bridge has brought, and so no answer of our own."""
    return event.origin is not None and event.kind == "frame" and len(event.detections) > 0


def features(event: sightlog.Event, d: sightlog.Detection) -> List[float]:
    """Of one box, each about 0 to 1."""
    wide, high = event.width or 1, event.height or 1
    hour = 2 * math.pi * (event.captured_nanos % DAY_NANOS) / DAY_NANOS
    return [
        (d.x + d.w / 2) / wide, (d.y + d.h / 2) / high, d.w / wide, d.h / high, d.confidence,
        (math.sin(hour) + 1) / 2, (math.cos(hour) + 1) / 2,
    ]  # fmt: skip


def learn(events: Iterator[sightlog.Event], least: int, unusual: float) -> Dict[Place, Any]:
    """A forest for each stream and label of which enough was seen."""
    seen: Dict[Place, List[List[float]]] = {}
    for event in filter(is_wanted, events):
        for d in event.detections:
            seen.setdefault((event.stream, d.label), []).append(features(event, d))
    forests = {}
    for place, rows in seen.items():
        if len(rows) >= least:
            forests[place] = IsolationForest(contamination=unusual, random_state=0).fit(rows)
    return forests


def judge(forests: Dict[Place, Any], event: sightlog.Event) -> List[Tuple[float, sightlog.Detection]]:
    """The boxes that are unlike the others, and how much: below 0, the lower the stranger."""
    strange = []
    for d in event.detections:
        forest = forests.get((event.stream, d.label))
        if forest is not None:
            score = float(forest.decision_function([features(event, d)])[0])
            if score < 0:
                strange.append((score, d))
    return strange


def answer(journal: sightlog.Journal, event: sightlog.Event, strange: List[Tuple[float, sightlog.Detection]]) -> None:
    verdict = {"unusual": [{"label": d.label, "confidence": round(d.confidence, 3), "score": round(score, 3)} for score, d in strange]}
    with journal.batch() as batch:
        batch.send(f"learn/{event.stream or 'none'}", json.dumps(verdict), answers=event)
        batch.append(
            source=event.source, stream=event.stream, width=event.width, height=event.height, captured_nanos=event.captured_nanos,
            frame=event.frame, position_nanos=event.position_nanos, model="learn.py", answers=event,
            detections=[sightlog.Detection(d.label, d.confidence, d.x, d.y, d.w, d.h) for _, d in strange],
        )  # fmt: skip


def share(text: str) -> float:
    value = float(text)
    if not 0 < value <= 0.5:
        raise argparse.ArgumentTypeError(f"{text} is no share: above 0, and at most 0.5, is needed")
    return value


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("journal")
    parser.add_argument("--name", help="go on where this consumer stopped")
    parser.add_argument("--least", type=int, default=50, help="boxes that a stream and label need, 50 when left out")
    parser.add_argument("--unusual", type=share, default=0.01, help="share of what it learns from that is unusual, 0.01 when left out")
    parser.add_argument("--to-end", action="store_true", help="all there is now, in place of following")
    options = parser.parse_args()
    if IsolationForest is None:
        sys.exit("learn.py learns with scikit-learn, which is not installed: pip install scikit-learn, or apt install python3-sklearn")
    with sightlog.open(options.journal) as journal:
        forests = learn(journal.events(), options.least, options.unusual)
        places = ", ".join(f"{label} in {stream or 'no stream'}" for stream, label in sorted(forests))
        print(f"learned: {places or 'nothing, there is too little'}", file=sys.stderr, flush=True)
        frames = answered = 0
        try:
            for event in journal.events() if options.to_end else journal.follow(name=options.name):
                if is_wanted(event):
                    frames += 1
                    strange = judge(forests, event)
                    if strange:
                        answer(journal, event, strange)
                        answered += 1
        except KeyboardInterrupt:
            pass
        print(f"answered {answered} of {frames} frames", file=sys.stderr)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except sightlog.SightlogError as problem:
        sys.exit(str(problem))

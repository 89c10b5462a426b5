"""How many events a second this machine reads in Python, and appends: python3 examples/rates.py [EVENTS]

Appends that many events of five detections (330 bytes or so each) to a journal in a temporary folder, once one by one and once in
batches of 32, and reads them: each way to look at them, with checksums by the C library, without any, and, of the first of
them, with checksums in Python, as they are where there is no C library. Prints Markdown: the best of three rounds, which a
busy machine disturbs least, and the worst.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from typing import Tuple

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))

import sightlog  # noqa: E402
from sightlog import _crc, _event_check  # noqa: E402

try:
    import numpy
except ImportError:
    numpy = None  # type: ignore[assignment]

ROUNDS = 3
BATCH = 32
FEW = 2_000  # read with checksums in Python
SEEN = [
    sightlog.Detection(label=label, confidence=0.5 + i / 16, x=10.0 * i, y=20.0, w=30.0, h=40.0 + i)
    for i, label in enumerate(["person", "dog", "car", "person", "bicycle"])
]


def write(directory: str, events: int, batch: int) -> float:
    begin = time.perf_counter()
    with sightlog.open(directory) as journal:
        for first in range(0, events, batch):
            if batch == 1:
                one(journal, first)
            else:
                with journal.batch() as gathered:
                    for i in range(first, min(first + batch, events)):
                        one(gathered, i)
    return events / (time.perf_counter() - begin)


def one(target, i: int) -> None:
    target.append(source="/data/video/door.mp4", stream="door", width=1280, height=720, frame=i, detections=SEEN)


def index(event) -> int:
    return event.index


def detections(event) -> int:
    return len([d for d in event.detections if d.confidence > 0.6])


def boxes(event) -> int:
    return len(event.boxes)


def array(event) -> int:
    return int((event.array["confidence"] > 0.6).sum())


def read(directory: str, look, verify: bool, most: int) -> Tuple[float, float]:
    rates = []
    for _ in range(ROUNDS):
        with sightlog.open(directory, verify=verify) as journal:
            begin = time.perf_counter()
            count = 0
            for event in journal.events():
                look(event)
                count += 1
                if count == most:
                    break
            rates.append(count / (time.perf_counter() - begin))
        if count != most:
            raise SystemExit(f"{most} events were appended to {directory}, {count} were read")
    return max(rates), min(rates)


def main() -> None:
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    few = min(events, FEW)
    looks = [("index alone", index), ("detections", detections)]
    if numpy is not None:
        looks += [("boxes, NumPy", boxes), ("array, NumPy, filtered", array)]
    checks = [("C library", True), ("none", False)]
    with tempfile.TemporaryDirectory(prefix="sightlog-rates-") as folder:
        journals = [("one by one", 1), (f"batches of {BATCH}", BATCH)]
        for name, batch in journals:
            print(f"{write(os.path.join(folder, name), events, batch):,.0f} events/s appended, {name}", flush=True)
        print("\n| journal | looked at | checksums | events/s, best | worst |\n|---|---|---|---|---|", flush=True)
        for name, _ in journals:
            for what, look in looks:
                for check, verify in checks:
                    tell(name, what, check, read(os.path.join(folder, name), look, verify, events))
        _event_check.crc32c = _crc.slow_crc32c  # as without the library
        for what, look in looks:
            name = journals[0][0]
            tell(name, what, "Python", read(os.path.join(folder, name), look, True, few))


def tell(name: str, what: str, check: str, rates: Tuple[float, float]) -> None:
    print(f"| {name} | {what} | {check} | {rates[0]:,.0f} | {rates[1]:,.0f} |", flush=True)


if __name__ == "__main__":
    try:
        main()
    except sightlog.SightlogError as problem:
        sys.exit(str(problem))

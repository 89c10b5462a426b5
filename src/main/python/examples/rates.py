"""How many events a second this machine reads in Python, and appends: python3 examples/rates.py [EVENTS]

Appends that many events of five detections (330 bytes or so each) to a journal in a temporary folder, once one by one and once in
batches of 32, and reads them: each way to look at them, with and without checksums. What is printed are events a second of
processor time, so that what else runs disturbs less; of reading the best of three rounds.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))

import sightlog  # noqa: E402
from sightlog import _crc, _event_check  # noqa: E402

try:
    import numpy
except ImportError:
    numpy = None  # type: ignore[assignment]

ROUNDS = 3
BATCH = 32
FEW = 5_000  # read with checksums in Python
SEEN = [
    sightlog.Detection(label=label, confidence=0.5 + i / 16, x=10.0 * i, y=20.0, w=30.0, h=40.0 + i)
    for i, label in enumerate(["person", "dog", "car", "person", "bicycle"])
]


def write(directory: str, events: int, batch: int) -> float:
    begin = time.process_time()
    with sightlog.open(directory) as journal:
        for first in range(0, events, batch):
            if batch == 1:
                one(journal, first)
            else:
                with journal.batch() as gathered:
                    for i in range(first, min(first + batch, events)):
                        one(gathered, i)
    return events / (time.process_time() - begin)


def one(target, i: int) -> None:
    target.append(source="/data/video/door.mp4", stream="door", width=1280, height=720, frame=i, detections=SEEN)


def index(event) -> int:
    return event.index


def header(event) -> int:
    return event.frame


def detections(event) -> int:
    return len([d for d in event.detections if d.confidence > 0.6])


def boxes(event) -> int:
    return len(event.boxes)


def array(event) -> int:
    return int((event.array["confidence"] > 0.6).sum())


def read(directory: str, look, verify: bool, most: int) -> float:
    best = 0.0
    for _ in range(ROUNDS):
        with sightlog.open(directory, verify=verify) as journal:
            begin = time.process_time()
            count = 0
            for event in journal.events():
                look(event)
                count += 1
                if count == most:
                    break
            best = max(best, count / (time.process_time() - begin))
    return best


def count_of(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError(f"{text} events tell nothing: 1 or more are needed")
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description="How many events a second this machine reads in Python, and appends.")
    parser.add_argument("events", metavar="EVENTS", nargs="?", type=count_of, default=200_000, help="so many, 200000 when left out")
    events = parser.parse_args().events
    looks = [("index alone", index), ("fields of the header", header)]
    if numpy is not None:
        looks += [("boxes (NumPy)", boxes), ("array, filtered (NumPy)", array)]
    looks.append(("detections, filtered", detections))
    with tempfile.TemporaryDirectory() as folder:
        one_by_one, batches = os.path.join(folder, "one"), os.path.join(folder, "batches")
        for name, directory, batch in (("one by one", one_by_one, 1), (f"in batches of {BATCH}", batches, BATCH)):
            print(f"{write(directory, events, batch):,.0f} events/s appended, {name}", flush=True)
        print(f"""
| events/s read, looked at | one by one | verify=False | checksums in Python | in batches of {BATCH} | verify=False |
|---|---|---|---|---|---|""")
        for what, look in looks:
            rates = [read(one_by_one, look, verify, events) for verify in (True, False)]
            rates.append(read_slowly(one_by_one, look, min(events, FEW)))
            rates += [read(batches, look, verify, events) for verify in (True, False)]
            print(f"| {what} | " + " | ".join(f"{rate:,.0f}" for rate in rates) + " |", flush=True)


def read_slowly(directory: str, look, most: int) -> float:
    """As without the library."""
    fast = _event_check.crc32c
    _event_check.crc32c = _crc.slow_crc32c
    try:
        return read(directory, look, True, most)
    finally:
        _event_check.crc32c = fast


if __name__ == "__main__":
    try:
        main()
    except sightlog.SightlogError as problem:
        sys.exit(str(problem))

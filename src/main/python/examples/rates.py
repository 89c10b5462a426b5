"""How many events a second this machine reads in Python, and appends: python3 examples/rates.py [EVENTS]

Appends that many events of five detections (330 bytes or so each) to a journal in a temporary folder, once one by one and once in
batches of 32, and reads them: each way to look at them, with and without checksums. What is printed are events a second of
processor time, so that what else runs disturbs less; of reading the best of three rounds.
"""

from __future__ import annotations

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


def nothing(event) -> int:
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


def main() -> None:
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    looks = [("header fields", nothing), ("detections", detections)]
    if numpy is not None:
        looks += [("boxes (NumPy)", boxes), ("array (NumPy), filtered", array)]
    with tempfile.TemporaryDirectory() as folder:
        for name, batch in (("one by one", 1), (f"batches of {BATCH}", BATCH)):
            directory = os.path.join(folder, name)
            print(f"{write(directory, events, batch):12,.0f} events/s appended, {name}", flush=True)
            for what, look in looks:
                for verify in (True, False):
                    checks = "checksums by the C library" if verify else "verify=False"
                    print(f"{read(directory, look, verify, events):12,.0f} events/s read, {name}, {what}, {checks}", flush=True)
        slow = min(events, 2_000)
        _event_check.crc32c = _crc.slow_crc32c  # as without the library
        rate = read(os.path.join(folder, "one by one"), detections, True, slow)
        print(f"{rate:12,.0f} events/s read, one by one, detections, checksums in Python")


if __name__ == "__main__":
    try:
        main()
    except sightlog.SightlogError as problem:
        sys.exit(str(problem))

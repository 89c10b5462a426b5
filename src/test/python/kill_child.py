"""The processes in Python that KillTest kills: they do what KillChild does in Java, and log what they were promised.

    kill_child.py writer JOURNAL LOG ROLL RUN PACE DURABILITY SEED
    kill_child.py consumer JOURNAL LOG NAME

A writer in Python cannot be slowed down under the lock: it takes the pace HOLDING for STEADY. With KILL_CHILD_EVENTS in its
environment it ends after so many events.
"""

import mmap
import os
import random
import struct
import sys
import time

import sightlog

MOST = 4_000_000
MOST_IN_BATCH = 16
MOST_IN_STORM = 100_000
MASK = (1 << 64) - 1


class Log:
    """Pairs of numbers that are left behind, all of them, whenever it is killed."""

    def __init__(self, path):
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        os.ftruncate(fd, 8 + 16 * MOST)
        self.words = memoryview(mmap.mmap(fd, 8 + 16 * MOST)).cast("Q")  # struct.pack_into fills with zeros first
        self.count = 0

    def add(self, first, second):
        self.words[1 + 2 * self.count] = first
        self.words[2 + 2 * self.count] = second
        self.count += 1
        self.words[0] = self.count


def events_at(frame):
    return 1 + frame % MOST_IN_BATCH if frame % 7 == 3 else 1


def digest(run, frame):
    return struct.pack("<Q", (run * 0x9E3779B97F4A7C15 & MASK) ^ (frame * 0xC2B2AE3D27D4EB4F & MASK))


def fields(run, frame):
    """Of the only event that run has of that number."""
    found = [
        sightlog.Detection(class_id=i, label=None, confidence=0.5, x=frame % 100_000, y=run, w=i + 1, h=2, track_id=frame)
        for i in range(frame % 5)
    ]
    return dict(source=f"run-{run}", frame=frame, position_nanos=frame * 1000, digest=digest(run, frame), detections=found)


def check(event):
    run, frame = int(event.source[4:]), event.frame
    sound = (
        bytes.fromhex(event.digest or "0" * 16) == digest(run, frame)
        and event.position_nanos == frame * 1000
        and len(event.detections) == frame % 5
        and all(
            d.class_id == i and d.x == frame % 100_000 and d.y == run and d.track_id == frame
            for i, d in enumerate(event.detections)
        )
    )
    if not sound:
        raise SystemExit(f"event {event.position} is not as it was written")


def write(directory, log, roll, run, pace, durability, seed):
    chance = random.Random(int(seed))
    acknowledged = Log(log)
    run = int(run)
    interval = 0.01 if durability.startswith("interval") else None
    journal = sightlog.open(
        directory,
        roll=roll.lower().replace("_", "-"),
        durability="every-event" if durability == "every-event" else "none",
        lock_timeout=30,
    )
    most = int(os.environ.get("KILL_CHILD_EVENTS", 0))
    frame, synced = 0, time.monotonic()
    while not most or frame < most:
        storm = pace == "STORM" and frame < max(most, MOST_IN_STORM)
        for _ in range(1000 if storm else 1 + chance.randrange(60)):
            if most and frame >= most:
                break
            count = events_at(frame)
            if count == 1:
                position = journal.append(**fields(run, frame))
            else:
                with journal.batch() as batch:
                    for i in range(count):
                        batch.append(**fields(run, frame + i))
                (position,) = batch.positions
            acknowledged.add(int(position, 16), frame)
            frame += count
        if not storm:
            time.sleep(0.005)
        if interval and time.monotonic() - synced > interval:
            journal.sync()
            synced = time.monotonic()
    journal.close()


def consume(directory, log, name):
    handled = Log(log)
    while not os.path.isdir(directory):
        time.sleep(0.001)
    for event in sightlog.open(directory).follow(name=name):
        check(event)
        handled.add(event.index, event.sequence << 16 | event.place)


if __name__ == "__main__":
    {"writer": write, "consumer": consume}[sys.argv[1]](*sys.argv[2:])

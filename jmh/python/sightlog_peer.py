"""The consumer's side of Sightlog in Python, as io.sightlog.jmh.peers.Side speaks:

    sightlog_peer.py consumer DIRECTORY EVENTS LIBRARY

The journal is DIRECTORY/journal, EVENTS the most that one phase sends, LIBRARY the C library, which computes the checksums:
every event's is checked. It spins.
"""

from __future__ import annotations

import os
import sys
import time
from array import array

END = 1 << 62


def main(role: str, directory: str, events: int, library: str) -> None:
    if role != "consumer":
        raise SystemExit(f"no side {role}: this one is a consumer")
    os.environ["SIGHTLOG_LIBRARY"] = library
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "src", "main", "python"))
    import sightlog
    from sightlog import _native

    _native.library()  # says why, when it cannot be used: checksums in Python are another bench
    latencies = array("q", bytes(8 * events))
    with sightlog.open(os.path.join(directory, "journal")) as journal:
        reader = journal.events()
        print("up", flush=True)
        for line in sys.stdin:
            timed = line.startswith("receive")
            print("ready", flush=True)
            cpu, start = time.process_time_ns(), time.monotonic_ns()
            count = receive(reader, latencies if timed else None)
            end = time.monotonic_ns()
            cpu = time.process_time_ns() - cpu
            check_sample(journal)
            measured = sorted(latencies[:count]) if timed else []
            answer = [count, start, end, cpu] + [percentile(measured, percent) for percent in (50, 90, 99, 99.9, 100)]
            print("received", *answer, flush=True)


def receive(reader, latencies) -> int:
    """How many events came before the one that ends a phase; each must be there, in order."""
    poll, now, expected = reader.poll, time.monotonic_ns, 0
    while True:
        event = poll()
        if event is None:
            continue
        number, nanos = event.frame, event.captured_nanos
        if number == END:
            break
        if number != expected:
            raise SystemExit(f"event {expected} should have arrived, it is {number}")
        if latencies is not None:
            latencies[expected] = now() - nanos
        expected += 1
    if nanos != expected:
        raise SystemExit(f"{nanos} events were sent, {expected} have arrived")
    return expected


def percentile(values, percent: float) -> int:
    if not values:
        return 0
    rank = int(percent / 100 * len(values) + 0.999999)
    return values[min(max(rank, 1), len(values)) - 1]


def check_sample(journal) -> None:
    """That what was measured is the sample: the last event has what it has."""
    for event in journal.events(start=-1):
        if event.stream != "north-gate" or len(event.detections) != 10:
            raise SystemExit(f"{event} is another event than the sample")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])

"""Reads a journal as a named consumer, and waits for a line on its standard input after the first event and after each error
that is no damage; then it goes on with the same reader.

    patient_reader.py DIRECTORY NAME [again]

Prints "event SEQUENCE", "error TYPE TEXT" and, where there are no more, "end". With "again" it then waits for a line and goes on.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "main", "python"))

import sightlog  # noqa: E402


def main():
    again = len(sys.argv) > 3
    first = not again
    with sightlog.open(sys.argv[1]) as journal, journal.follow(sys.argv[2]) as reader:
        while True:
            wait = first
            try:
                event = reader.poll()
                if event is None:
                    print("end", flush=True)
                    if again and sys.stdin.readline():
                        continue
                    return 0
                print(f"event {event.sequence}", flush=True)
                reader.handled()
                first = False
            except sightlog.SightlogError as problem:
                print(f"error {type(problem).__name__} {problem}", flush=True)
                wait = True
            if wait and not sys.stdin.readline():
                return 1


if __name__ == "__main__":
    sys.exit(main())

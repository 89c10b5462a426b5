"""Prints a Sightlog journal as NDJSON, by the package in src/main/python.

    read_journal.py [--follow] [--consumers] [--unchecked] [--from START] DIRECTORY...

Of several directories, each one's lines begin with its name, on both outputs. Exit codes: 0 done, 1 failed, 2 usage, 3 done, but
something was damaged or a label set was missing; the highest of all directories.
"""

import argparse
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "main", "python"))

import sightlog  # noqa: E402


def print_consumers(journal):
    for consumer in journal.consumers():
        print(f"{consumer.name} {consumer.state} 0x{consumer.index:x} {consumer.place} {consumer.holder}")
    return 0


class Printer:
    def __init__(self, follow, prefix):
        self.follow = follow
        self.prefix = prefix
        self.code = 0
        self.missing = set()

    def damaged(self, damage):
        print(f"{self.prefix}damaged {damage.position}: {damage}", file=sys.stderr)
        self.code = 3

    def print(self, events):
        out = sys.stdout.buffer
        for event in events:
            try:
                line = event.to_json()
            except sightlog.DamageError as damage:  # of its own labels
                self.damaged(damage)
                continue
            if event.label_set_missing and event.label_set not in self.missing:
                self.missing.add(event.label_set)
                print(f"{self.prefix}missing {event.label_set}: ids are shown in place of labels", file=sys.stderr)
                self.code = 3
            out.write((self.prefix + line + "\n").encode("utf-8"))
            if self.follow:
                out.flush()
        out.flush()
        return self.code


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directories", metavar="directory", nargs="+")
    parser.add_argument("--follow", action="store_true", help="do not end at the end")
    parser.add_argument("--consumers", action="store_true", help="print NAME STATE INDEX PLACE PID of every consumer")
    parser.add_argument("--unchecked", action="store_true", help="do not look at checksums")
    parser.add_argument("--from", dest="start", default="start", help="start, end, -N, a position or nanoseconds")
    options = parser.parse_args()
    several = len(options.directories) > 1
    try:
        return max(print_one(directory, options, directory + " " if several else "") for directory in options.directories)
    except KeyboardInterrupt:
        return 130


def print_one(directory, options, prefix):
    printer = Printer(options.follow, prefix)
    try:
        with sightlog.open(directory, verify=not options.unchecked) as journal:
            if options.consumers:
                return print_consumers(journal)
            read = journal.follow if options.follow else journal.events
            return printer.print(read(start=options.start, on_damage=printer.damaged))
    except (sightlog.SightlogError, ValueError, OSError) as problem:
        print(f"{prefix}{problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

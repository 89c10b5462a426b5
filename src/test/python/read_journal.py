"""Prints a Sightlog journal as NDJSON, by the package in src/main/python.

    read_journal.py [--follow] [--as NAME] [--consumers] [--unchecked] [--from START] DIRECTORY... | --each

--each takes lines "START NAME DIRECTORY" from standard input, NAME "-" for none, and reads each of them so.
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

    def missed(self, missed):
        excerpts = "unknown" if missed.excerpts is None else missed.excerpts
        print(f"{self.prefix}missed {excerpts}", file=sys.stderr)

    def print(self, events, handled=lambda: None):
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
            handled()
            if self.follow:
                out.flush()
        out.flush()
        return self.code


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directories", metavar="directory", nargs="*")
    parser.add_argument("--follow", action="store_true", help="do not end at the end")
    parser.add_argument("--as", dest="name", help="as this named consumer, to the end")
    parser.add_argument("--consumers", action="store_true", help="print NAME STATE INDEX PLACE PID of every consumer")
    parser.add_argument("--unchecked", action="store_true", help="do not look at checksums")
    parser.add_argument("--from", dest="start", default="start", help="start, end, -N, a position or nanoseconds")
    parser.add_argument("--each", action="store_true", help="lines of START NAME DIRECTORY come from standard input")
    options = parser.parse_args()
    if bool(options.directories) == options.each:
        parser.error("directories are needed, or --each")
    if options.each:
        return max(map(lambda line: read_so(line, options), sys.stdin), default=0)
    several = len(options.directories) > 1
    try:
        return max(print_one(directory, options, directory + " " if several else "") for directory in options.directories)
    except KeyboardInterrupt:
        return 130


def read_so(line, options):
    options.start, name, directory = line.rstrip("\n").split(" ", 2)
    options.name = None if name == "-" else name
    return print_one(directory, options, directory + " ")


def print_one(directory, options, prefix):
    printer = Printer(options.follow, prefix)
    try:
        with sightlog.open(directory, verify=not options.unchecked) as journal:
            if options.consumers:
                return print_consumers(journal)
            told = {"start": options.start, "on_damage": printer.damaged, "on_missed": printer.missed}
            if options.name:
                reader = journal.follow(options.name, auto_handled=False, **told)
                return printer.print(iter(reader.poll, None), reader.handled)
            return printer.print((journal.follow if options.follow else journal.events)(**told))
    except (sightlog.SightlogError, ValueError, OSError) as problem:
        print(f"{prefix}{problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

"""What the reader is fed is mutated: it gives right data, or tells of damage, and neither crashes nor hangs.

A process for each golden, with a deadline. Another SIGHTLOG_SEED makes another run, SIGHTLOG_ROUNDS a longer one.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest
import warnings

from support import GOLDEN, SEED, expected, goldens, sightlog

ROUNDS = int(os.environ.get("SIGHTLOG_ROUNDS") or 25)
SECONDS_A_ROUND = 20


class MutationsTest(unittest.TestCase):
    def test_gives_right_data_or_tells_of_damage(self):
        print(f"mutations: seed {SEED}, {ROUNDS} rounds each", file=sys.stderr)
        for i, golden in enumerate(goldens()):
            with self.subTest(golden):
                command = [sys.executable, __file__, golden, str(SEED + i), str(ROUNDS)]
                done = subprocess.run(command, capture_output=True, text=True, timeout=60 + ROUNDS * SECONDS_A_ROUND)
                self.assertEqual((done.returncode, done.stderr), (0, ""), f"{golden}, seed {SEED}: {done.stdout}")


def flip_bit(data, values):
    at = where(data, values)
    data[at] ^= 1 << values.randrange(8)


def set_word(data, values):
    at = where(data, values) & ~3
    word = values.choice([0, 1, 4, 0x7FFFFFFF, 0x80000000, 0xC0000000, 0x40000000, 0xFFFFFFFF, values.randrange(1 << 32)])
    data[at : at + 4] = word.to_bytes(4, "little")[: len(data) - at]


def fill(data, values):
    at = where(data, values)
    end = min(len(data), at + values.choice([8, 64, 512, 4096]))
    data[at:end] = bytes(end - at) if values.random() < 0.5 else values.getrandbits(8 * (end - at)).to_bytes(end - at, "little")


def cut(data, values):
    del data[values.randrange(len(data)) :]


def move(data, values):
    """Some bytes put where others were: whole events at places where none should be."""
    source, target, count = where(data, values) & ~3, where(data, values) & ~3, values.choice([4, 24, 112, 1024])
    piece = data[source : source + count]
    data[target : target + len(piece)] = piece
    del data[max(len(data), target) :]


def where(data, values):
    """Mostly where something is: most of a file may be zeros."""
    for _ in range(64):
        at = values.randrange(len(data))
        if data[at] or values.random() < 0.02:
            break
    return at


class Mutant:
    def __init__(self, golden, directory, values):
        self.golden = golden
        self.directory = directory
        shutil.copytree(os.path.join(GOLDEN, golden, "journal"), directory)
        files = sorted(os.path.join(base, name) for base, _, names in os.walk(directory) for name in names)
        self.mutated = [values.choice(files) for _ in range(values.choice([1, 1, 1, 2, 5]))]
        self.one_word = len(self.mutated) == 1
        for path in self.mutated:
            with open(path, "rb") as file:
                data = bytearray(file.read())
            how = values.choice([flip_bit, flip_bit, set_word, fill, cut, move])
            self.one_word &= how in (flip_bit, set_word, cut)
            if data:
                how(data, values)
            with open(path, "wb") as file:
                file.write(data)

    def read(self, start, told):
        """Lines of what can be read; errors of whatever else. Anything but an error of Sightlog is a failure."""
        lines = []
        with warnings.catch_warnings(record=True) as labels:
            warnings.simplefilter("always")
            self._read(start, told, lines)
        told.extend(warning.message for warning in labels)
        return lines

    def _read(self, start, told, lines):
        try:
            with sightlog.open(self.directory) as journal:
                for event in journal.events(start=start, on_damage=told.append, on_missed=told.append):
                    try:
                        lines.append(event.to_json())
                    except sightlog.SightlogError as problem:  # of its labels
                        told.append(problem)
        except sightlog.SightlogError as problem:
            told.append(problem)


def bare(line):
    """Without index and place, which nobody can be sure of when more than a word is damaged."""
    return line.partition('"kind"')[2]


def unlabelled(line):
    """Without what a label set says."""
    event = json.loads(line)
    event["model"] = None
    for detection in event["detections"]:
        detection["label"] = None
    return json.dumps(event)


def costs_labels(told):
    return any(isinstance(problem, sightlog.LabelSetWarning) for problem in told)


def check(mutant, right):
    told = []
    # labels are as they were, or not there
    known = set(map(bare, right)) | set(map(bare, map(unlabelled, right)))
    middle = right[len(right) // 2].split('"')[3]
    lines = mutant.read("start", told)
    if costs_labels(told):
        lines, right = list(map(unlabelled, lines)), list(map(unlabelled, right))
    assert len(set(lines)) == len(lines), "an event came twice"
    wrong = set(lines) - set(right) if mutant.one_word else set(map(bare, lines)) - set(map(bare, right))
    assert not wrong, f"wrong data: {sorted(wrong)[0]}"
    assert told or len(lines) == len(right), f"{len(right) - len(lines)} events are missing, and nothing was told"
    for start in ("end", -1, -5, 0, 1795391970000000000, middle):
        told = []
        found = mutant.read(start, told)
        found = list(map(unlabelled, found)) if costs_labels(told) else found
        assert set(map(bare, found)) <= known, f"wrong data from {start}"


def main(golden, seed, rounds):
    right = expected(golden)
    for i in range(rounds):
        values = random.Random(f"{seed} {i}")
        with tempfile.TemporaryDirectory() as folder:
            mutant = Mutant(golden, os.path.join(folder, "journal"), values)
            try:
                check(mutant, right)
            except BaseException:
                print(f"seed {seed} round {i}: {[os.path.relpath(p, mutant.directory) for p in mutant.mutated]}", flush=True)
                raise


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] in goldens():
        main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    else:
        unittest.main()

import os
import struct
import subprocess
import sys
import unittest

from support import PACKAGE, InTemp, sightlog

HOLD = (
    "import sys, time, sightlog\n"
    "journal = sightlog.open(sys.argv[1])\n"
    "reader = journal.follow('mine')\n"
    "for _ in range(int(sys.argv[2])):\n"
    "    next(reader)\n"
    "print('held', flush=True)\n"
    "time.sleep(600)\n"
)


class ConsumersTest(InTemp):
    def setUp(self):
        super().setUp()
        self.journal = sightlog.open(self.golden("batches"))
        self.addCleanup(self.journal.close)
        self.positions = [event.position for event in self.journal.events()]

    def take(self, count, **options):
        with self.journal.follow("mine", **options) as reader:
            return [next(reader).position for _ in range(count)]

    def test_goes_on_where_it_stopped_and_repeats_the_event_that_was_not_handled(self):
        self.assertEqual(self.take(3), self.positions[:3])
        self.assertEqual(self.take(3), self.positions[2:5])
        with self.journal.follow("mine") as reader:
            next(reader)
            reader.handled()
        self.assertEqual(self.take(1), self.positions[5:6])

    def test_goes_on_after_any_position_that_was_finished_also_within_a_batch(self):
        self.assertTrue(any(":" in position for position in self.positions))
        for last, position in enumerate(self.positions[:-1]):
            with self.journal.follow(f"late-{last}", auto_handled=False) as reader:
                for _ in self.positions:
                    next(reader)
                reader.handled(position)
            with self.journal.follow(f"late-{last}", auto_handled=False) as reader:
                self.assertEqual(next(reader).position, self.positions[last + 1])

    def test_nothing_is_saved_by_asking_when_it_says_itself_what_was_handled(self):
        with self.journal.follow("mine", auto_handled=False) as reader:
            for _ in range(4):
                next(reader)
        self.assertEqual(self.take(1), self.positions[:1])
        with self.journal.follow("mine", auto_handled=False) as reader:
            for _ in range(4):
                next(reader)
            reader.handled()
        self.assertEqual(self.take(1), self.positions[4:5])

    def refuses(self, reader, position, why):
        with self.assertRaisesRegex(ValueError, f"^position {position} cannot be saved as handled: .*{why}"):
            reader.handled(position)

    def test_a_position_that_was_not_handed_out_or_is_before_what_was_saved_is_refused_and_named(self):
        first, second, third, fourth = self.positions[:4]
        with self.journal.follow("mine", auto_handled=False) as reader:
            self.refuses(reader, second, "no event was handed out yet")
            for _ in range(3):
                next(reader)
            self.refuses(reader, fourth, f"from {first}, saved or handed out first, to {third}, handed out last")
            reader.handled(second)
            reader.handled(second)  # as it is
            self.refuses(reader, first, f"from {second}, saved")
            reader.handled()
            self.refuses(reader, second, f"from {third}, saved")
        with self.journal.follow("mine", auto_handled=False) as reader:  # goes on after what was saved last
            reader.handled(third)
            self.refuses(reader, fourth, f"to {third}, handed out last")
            next(reader)
            reader.handled(fourth)
            for wrong in ("", "1", "start", "0x", fourth + ":x", 7):
                with self.subTest(wrong), self.assertRaisesRegex(ValueError, f"^position={wrong!r} is none of an event"):
                    reader.handled(wrong)
        with self.assertRaisesRegex(sightlog.SightlogError, "is closed"):
            reader.handled(fourth)
        self.assertEqual(self.take(1), self.positions[4:5])

    def test_a_position_of_the_event_at_hand_is_saved_once_and_the_next_ones_as_before(self):
        with self.journal.follow("mine") as reader:
            reader.handled(next(reader).position)
            next(reader)
            next(reader)
            self.refuses(reader, self.positions[0], f"from {self.positions[1]}, saved")
        self.assertEqual(self.take(1), self.positions[2:3])

    def test_without_a_name_a_position_is_only_checked(self):
        reader = self.journal.events()
        next(reader), next(reader)
        reader.handled(self.positions[0])
        self.refuses(reader, self.positions[2], f"from {self.positions[0]}, saved or handed out first, to {self.positions[1]}")
        self.assertEqual(self.journal.consumers(), [])

    def test_a_new_name_begins_where_it_is_told_and_keeps_it(self):
        with self.journal.follow("mine", start=-4) as reader:
            self.assertEqual(self.journal.consumers()[0].position, self.positions[-4])
            self.assertEqual(self.journal.consumers()[0].state, 2)
            del reader
        self.assertEqual(self.take(4, start="start"), self.positions[-4:])

    def test_is_held_against_other_processes_and_readers_of_this_one_and_given_back(self):
        with self.journal.follow("mine"):
            with self.assertRaisesRegex(sightlog.ConsumerHeld, f"running already, as process {os.getpid()}"):
                self.journal.follow("mine")
        process = self.hold(2)
        self.assertEqual(self.journal.consumers()[0].holder, process.pid)
        with self.assertRaises(sightlog.ConsumerHeld) as held:
            self.journal.follow("mine")
        self.assertEqual(held.exception.holder, process.pid)
        process.kill()
        process.wait()
        self.assertEqual(self.journal.consumers()[0].holder, 0)
        self.assertEqual(self.take(2), self.positions[1:3])

    def test_looking_at_it_does_not_give_it_away(self):
        with self.journal.follow("mine"):
            self.journal.consumers()
            script = "import sys, sightlog\nsightlog.open(sys.argv[1]).follow('mine')\n"
            done = subprocess.run(
                [sys.executable, "-c", script, self.journal.directory], env=dict(os.environ, PYTHONPATH=PACKAGE),
                capture_output=True, text=True, timeout=60,
            )  # fmt: skip
            self.assertIn(f"running already, as process {os.getpid()}", done.stderr)

    def hold(self, events):
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, self.journal.directory, str(events)], env=dict(os.environ, PYTHONPATH=PACKAGE),
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), "held\n")
        return process

    def test_half_a_save_leaves_the_position_before_it_and_two_bad_ones_are_an_error(self):
        self.take(4)
        file = os.path.join(self.journal.directory, "consumers", "mine.position")
        before = self.journal.consumers()[0]
        with open(file, "r+b") as position:
            content = position.read()
            newest = max((64, 128), key=lambda at: struct.unpack_from("<q", content, at + 8))
            position.seek(newest + 16)
            position.write(b"\xee" * 4)
        self.assertEqual(before.position, self.positions[2])
        self.assertEqual(self.journal.consumers()[0].position, self.positions[1])
        with open(file, "r+b") as position:
            position.seek(192 - newest + 16)
            position.write(b"\xee" * 4)
        for look in (self.journal.consumers, lambda: self.journal.follow("mine")):
            with self.assertRaisesRegex(sightlog.NotAJournal, "neither of its two positions"):
                look()

    def test_refuses_names_that_are_none_and_links(self):
        for name in ("", ".hidden", "-x", "a/b", "ä", "x" * 65):
            with self.subTest(name), self.assertRaisesRegex(ValueError, "bad consumer name"):
                self.journal.follow(name)
        os.mkdir(os.path.join(self.journal.directory, "consumers"))
        os.symlink(self.path("elsewhere"), os.path.join(self.journal.directory, "consumers", "mine.position"))
        with self.assertRaises(sightlog.SightlogError):
            self.journal.follow("mine")
        self.assertFalse(os.path.exists(self.path("elsewhere")))

    def test_files_are_as_private_as_the_journal(self):
        for mode, folder in ((0o600, 0o700), (0o640, 0o750)):
            directory = self.golden("frames") if mode == 0o600 else self.golden("skips")
            os.chmod(os.path.join(directory, "metadata.cq4t"), mode)
            with sightlog.open(directory) as journal, journal.follow("mine"):
                pass
            consumers = os.path.join(directory, "consumers")
            self.assertEqual(os.stat(consumers).st_mode & 0o777, folder)
            self.assertEqual(os.stat(os.path.join(consumers, "mine.position")).st_mode & 0o777, mode)
            self.assertEqual(os.stat(os.path.join(consumers, "mine.lock")).st_mode & 0o777, 0o600)  # for writers only
            self.assertEqual(sorted(os.listdir(consumers)), ["mine.lock", "mine.position"])


if __name__ == "__main__":
    unittest.main()

import itertools
import json
import os
import subprocess
import sys
import threading
import time
import unittest
import unittest.mock

from support import PACKAGE, REQUIRED, InTemp, dog, needs_library, numpy, sightlog
from sightlog import _reader, _signal


@needs_library
class AppendingTest(InTemp):
    def test_reads_back_what_was_appended(self):
        with sightlog.open(self.path("new"), roll="minutely") as journal:
            position = journal.append(
                source="/photos/犬 🐕.jpg", stream="door", width=640, height=480, detections=[dog(0.5, track_id=7), dog(1, "cat")],
                model="hand-made", captured_nanos=-5, position_nanos=6, frame=7, decode_nanos=8, infer_nanos=9,
                digest="00112233445566778899",
            )  # fmt: skip
            journal.skip(source="broken.jpg", reason="no picture", frame=3)
            event, skip = journal.events()
            self.assertEqual(event.position, position)
            self.assertEqual((event.kind, event.source, event.stream), ("frame", "/photos/犬 🐕.jpg", "door"))
            self.assertEqual((event.width, event.height, event.model), (640, 480, "hand-made"))
            self.assertEqual((event.captured_nanos, event.position_nanos, event.frame), (-5, 6, 7))
            self.assertEqual((event.decode_nanos, event.infer_nanos, event.digest), (8, 9, "0011223344556677"))
            self.assertEqual(event.detections, [dog(0.5, class_id=0, track_id=7), dog(1, "cat", class_id=1)])
            self.assertEqual((event.producer, event.sequence), (journal.producer, 0))
            self.assertEqual((skip.kind, skip.reason, skip.source, skip.frame), ("skip", "no picture", "broken.jpg", 3))
            self.assertLess(abs(time.time_ns() - skip.captured_nanos), 600e9)

    def test_appending_gives_no_consumer_of_the_same_process_away(self):
        with sightlog.open(self.path("new")) as journal:
            journal.send("t", "1")
        with sightlog.open(self.path("new")) as journal, journal.follow("mine") as reader:
            self.assertEqual(next(reader).text, "1")
            journal.send("t", "2")  # the library looks at positions as it opens
            script = "import sys, sightlog\nsightlog.open(sys.argv[1]).follow('mine')\n"
            done = subprocess.run(
                [sys.executable, "-c", script, journal.directory], env=dict(os.environ, PYTHONPATH=PACKAGE),
                capture_output=True, text=True, timeout=60,
            )  # fmt: skip
            self.assertIn(f"running already, as process {os.getpid()}", done.stderr)
            self.assertEqual(next(reader).text, "2")

    def test_sends_text_and_bytes(self):
        contents = ["open\n", "", "\U0001f415", b"", b"\0\xff" * 500_000]
        with sightlog.open(self.path("new")) as journal:
            for content in contents:
                journal.send("door/1", content)
            events = list(journal.events())
        self.assertEqual([e.topic for e in events], ["door/1"] * len(contents))
        self.assertEqual([e.text for e in events], ["open\n", "", "\U0001f415", None, None])
        self.assertEqual([e.content for e in events], [c.encode() if isinstance(c, str) else c for c in contents])
        self.assertEqual(json.loads(events[3].to_json())["base64"], "")

    def test_says_which_event_is_answered(self):
        with sightlog.open(self.path("journal")) as journal:
            journal.append(source="a", detections=[dog(0.5)])
            (asked,) = journal.events()
            journal.send("verdict", "no dog", answers=asked)
            with journal.batch() as batch:
                batch.send("verdict", b"1", answers=asked.as_answered())
                batch.append(source="a", answers=asked)
            for event in list(journal.events())[1:]:
                self.assertEqual(event.answers, asked.as_answered())
                self.assertEqual((event.answers.producer, event.answers.sequence), (asked.producer, asked.sequence))
            self.assertIsNone(asked.answers)
            for wrong, error in (("x", TypeError), (asked.as_answered()._replace(producer="0" * 16), ValueError)):
                with self.assertRaisesRegex(error, "answers"):
                    journal.send("verdict", "x", answers=wrong)

    def test_batches_are_one_excerpt_each_and_none_when_something_went_wrong(self):
        with sightlog.open(self.path("new")) as journal:
            with journal.batch() as batch:
                for i in range(3):
                    batch.append(source="burst", frame=i, detections=[dog()])
                batch.skip(source="burst", reason="late")
                batch.send("t", "x")
            with self.assertRaises(ZeroDivisionError), journal.batch() as failed:
                failed.append(source="never")
                1 / 0
            with journal.batch():
                pass
            with journal.batch() as large:
                for i in range(70_000):
                    large.send("many", "")
            positions = [event.position for event in journal.events()]
            base = batch.positions[0]
        self.assertEqual(positions[:5], [base] + [f"{base}:{i}" for i in range(1, 5)])
        self.assertEqual(len(large.positions), 2)
        self.assertEqual(len(positions), 70_005)

    def test_labels_get_ids_as_they_come_and_keep_them(self):
        with sightlog.open(self.path("new")) as journal:
            journal.append(detections=[dog(label="dog"), dog(label="cat"), dog(label="dog")])
            journal.append(detections=[dog(label="horse"), dog(label="cat")])
            journal.append(detections=[dog(label="bird", class_id=1), dog(label="cat")])  # 1 is the cat: says so itself
            journal.append(detections=[dog(label=None, class_id=40)])
            journal.append(detections=[dog(label="dog")])
            found = [[(d.class_id, d.label) for d in event.detections] for event in journal.events()]
            sets = {event.label_set for event in journal.events()}
        self.assertEqual(found[0], [(0, "dog"), (1, "cat"), (0, "dog")])
        self.assertEqual(found[1], [(2, "horse"), (1, "cat")])
        self.assertEqual([label for _, label in found[2]], ["bird", "cat"])
        self.assertEqual(found[3:], [[(40, "40")], [(0, "dog")]])
        files = os.listdir(os.path.join(self.path("new"), "catalogue"))
        self.assertEqual({name + ".yaml" for name in sets if name}, set(files))
        self.assertEqual(len(files), 2)

    def test_refuses_values_that_cannot_be_and_appends_nothing(self):
        bad = [
            dict(width=-1), dict(width=1 << 31), dict(frame=-1), dict(captured_nanos=1 << 63), dict(digest="0011"),
            dict(source="\ud800"), dict(source="x" * 65_537), dict(detections=[dog(1.5)]),
            dict(detections=[dog(float("nan"))]), dict(detections=[dog(label="")]), dict(detections=[dog(label=None)]),
            dict(detections=[dog(class_id=1_000_001)]), dict(detections=[dog(label="a\tb")]),
            dict(detections=[dog(label="a", class_id=1), dog(label="b", class_id=1)]),
        ]  # fmt: skip
        with sightlog.open(self.path("new")) as journal:
            for fields in bad:
                with self.subTest(str(fields)[:80]), self.assertRaises(ValueError):
                    journal.append(**fields)
            for topic, content in (("", "x"), ("x" * 256, "x"), ("a\nb", "x"), ("t", "x" * (1 << 20) + "x")):
                with self.subTest(topic[:8]), self.assertRaises(ValueError):
                    journal.send(topic, content)
            journal.append(source="good")
            self.assertEqual([event.sequence for event in journal.events()], [0])

    @unittest.skipIf(numpy is None and not REQUIRED, "NumPy is not there: its numbers were not tried")
    def test_takes_numbers_of_numpy(self):
        with sightlog.open(self.path("new")) as journal:
            x, y, w, h = numpy.array([1, 2, 3, 4], numpy.float32)
            seen = sightlog.Detection(label="dog", confidence=numpy.float32(0.5), x=x, y=y, w=w, h=h, class_id=numpy.int64(3))
            journal.append(width=numpy.int64(100), height=numpy.int32(100), frame=numpy.uint64(5), detections=[seen])
            (event,) = journal.events()
        self.assertEqual((event.frame, event.boxes.tolist()), (5, [[1, 2, 3, 4]]))

    def test_a_follower_is_woken_by_an_append_over_rolls(self):
        with sightlog.open(self.path("new"), roll="secondly") as journal:
            seen = []
            reader = journal.follow(start="start")  # before there is a journal

            def follow():
                seen.extend(event.frame for event in itertools.islice(reader, 40))

            thread = threading.Thread(target=follow, daemon=True)
            thread.start()
            for i in range(40):
                journal.append(source="door", frame=i)
                time.sleep(0.06)  # over two seconds, which are cycles here
            thread.join(120)
            self.assertEqual(seen, list(range(40)))
            files = [file for file in os.listdir(self.path("new")) if file.endswith(".cq4")]
            self.assertGreaterEqual(len(files), 3)

    def test_who_has_announced_a_sleep_looks_once_more(self):
        """An append after the last look and before the announcement wakes nobody."""
        slept = []
        with sightlog.open(self.path("new")) as journal:
            journal.append(source="door", frame=0)
            reader = journal.follow(start="start")

            class AppendedBefore(_signal.Sleep):
                def announce(self):
                    journal.append(source="door", frame=1)
                    super().announce()

                def sleep(self, *seconds):
                    slept.append(seconds)
                    super().sleep(*seconds)

            with unittest.mock.patch.object(_reader, "Sleep", AppendedBefore):
                self.assertEqual([next(reader).frame, next(reader).frame], [0, 1])
        self.assertEqual(slept, [])

    def test_an_append_after_the_last_look_ends_the_sleep(self):
        asleep = []
        with sightlog.open(self.path("new")) as journal:
            journal.append(source="door", frame=0)
            reader = journal.follow(start="start")

            class AppendedAfter(_signal.Sleep):
                def sleep(self, *seconds):
                    journal.append(source="door", frame=1)
                    asleep.append((self._memory is not None, self._wakes.value != self._announced))
                    super().sleep(*seconds)  # the kernel compares the two

            with unittest.mock.patch.object(_reader, "Sleep", AppendedAfter):
                self.assertEqual([next(reader).frame, next(reader).frame], [0, 1])
        self.assertEqual(asleep, [(True, True)])

    def test_a_reader_that_waits_ends_when_it_is_closed(self):
        with sightlog.open(self.path("new")) as journal:
            journal.append(source="one")
            reader = journal.follow()
            ended = []

            def follow():
                try:
                    next(reader)
                except sightlog.SightlogError as problem:
                    ended.append(str(problem))

            thread = threading.Thread(target=follow)
            thread.start()
            time.sleep(0.05)
            reader.close()
            thread.join(120)
        self.assertRegex(ended[0], "is closed")

    def test_threads_take_turns(self):
        with sightlog.open(self.path("new")) as journal:

            def write(name):
                for i in range(200):
                    journal.append(source=name, frame=i, detections=[dog(label=name)])

            threads = [threading.Thread(target=write, args=(f"thread-{i}",)) for i in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            events = list(journal.events())
        self.assertEqual([event.sequence for event in events], list(range(800)))
        for name in {event.source for event in events}:
            self.assertEqual([event.frame for event in events if event.source == name], list(range(200)))
        self.assertTrue(all(event.detections[0].label == event.source for event in events))

    def test_a_child_of_fork_cannot_append_or_save_and_harms_nothing(self):
        with sightlog.open(self.path("new")) as journal:
            journal.append(source="parent", frame=0)
            reader = journal.follow("mine")
            next(reader)
            child = os.fork()
            if child == 0:
                refused = 0
                for forbidden in (lambda: journal.append(source="child"), reader.handled):
                    try:
                        forbidden()
                    except sightlog.SightlogError:
                        refused += 1
                journal.close()
                os._exit(refused)
            self.assertEqual(os.waitpid(child, 0)[1] >> 8, 2)
            journal.append(source="parent", frame=1)
            self.assertEqual(next(reader).frame, 1)
            self.assertEqual([event.source for event in journal.events()], ["parent", "parent"])
            self.assertEqual(journal.consumers()[0].holder, os.getpid())

    def test_what_a_killed_process_has_appended_is_there(self):
        writer = (
            "import itertools, sys, sightlog\n"
            "with sightlog.open(sys.argv[1], roll='secondly') as journal:\n"
            "    for i in itertools.count():\n"
            "        journal.append(source='killed', frame=i)\n"
            "        print(i, flush=True)\n"
        )
        environment = dict(os.environ, PYTHONPATH=PACKAGE)
        for _ in range(3):
            process = subprocess.Popen(
                [sys.executable, "-c", writer, self.path("new")], env=environment, stdout=subprocess.PIPE, text=True
            )
            for _ in range(50):
                last = process.stdout.readline()
            process.kill()
            told = (last + process.stdout.read()).split("\n")[:-1]
            process.stdout.close()
            process.wait()
            with sightlog.open(self.path("new")) as journal:
                producer = list(journal.events(start=-1))[0].producer
                frames = [event.frame for event in journal.events() if event.producer == producer]
                self.assertEqual(frames, list(range(len(frames))))
                self.assertGreaterEqual(len(frames), len(told))
                journal.append(source="next")  # does not wait for the dead


class WithoutLibraryTest(InTemp):
    def run_without(self, script, **more):
        environment = dict(os.environ, PYTHONPATH=PACKAGE, **more)
        return subprocess.run(
            [sys.executable, "-c", script, self.path("new")], env=environment, capture_output=True, text=True, timeout=60
        )

    def test_appending_says_what_is_missing_and_reading_works(self):
        script = (
            "import sys, sightlog\n"
            "with sightlog.open(sys.argv[1]) as journal:\n"
            "    assert list(journal.events()) == []\n"
            "    try:\n"
            "        journal.send('a', 'b')\n"
            "    except sightlog.LibraryMissing as problem:\n"
            "        print(problem)\n"
        )
        done = self.run_without(script, SIGHTLOG_LIBRARY="/nowhere/libsightlog.so")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, "^appending needs the C library .*/nowhere/libsightlog.so.*: install a C compiler and run pip")
        self.assertFalse(os.path.exists(self.path("new")))


if __name__ == "__main__":
    unittest.main()

import contextlib
import os
import pathlib
import subprocess
import sys
import threading
import unittest

from support import PACKAGE, InTemp, dog, needs_library, sightlog

ENDED = "this batch has ended: begin another with journal.batch()"


@contextlib.contextmanager
def without_rights():
    """As nobody, when the tests run as root, for whom every directory is open."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@needs_library
class BatchesTest(InTemp):
    def test_a_batch_that_has_ended_is_refused_and_crashes_nothing(self):
        script = (
            "import sys, sightlog\n"
            "def tried(what):\n"
            "    try:\n"
            "        what()\n"
            "    except sightlog.SightlogError as problem:\n"
            "        print(problem)\n"
            "with sightlog.open(sys.argv[1]) as journal:\n"
            "    with journal.batch() as ended:\n"
            "        ended.send('t', 'kept')\n"
            "    failed = journal.batch()\n"
            "    try:\n"
            "        with failed:\n"
            "            1 / 0\n"
            "    except ZeroDivisionError:\n"
            "        pass\n"
            "    for batch in (ended, failed):\n"
            "        tried(lambda: batch.send('t', 'x'))\n"
            "        tried(lambda: batch.append(source='x'))\n"
            "        tried(lambda: batch.skip(source='x', reason='y'))\n"
            "        tried(lambda: batch.__enter__())\n"
            "    print([event.text for event in journal.events()])\n"
        )
        environment = dict(os.environ, PYTHONPATH=PACKAGE)
        done = subprocess.run(
            [sys.executable, "-c", script, self.path("new")], env=environment, capture_output=True, text=True, timeout=60
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout.splitlines(), [ENDED] * 8 + ["['kept']"])

    def test_a_batch_outside_of_a_with_is_refused_as_it_would_be_lost(self):
        with sightlog.open(self.path("new")) as journal:
            batch = journal.batch()
            for add in (lambda: batch.send("t", "x"), lambda: batch.append(source="x"), lambda: batch.skip(source="x", reason="y")):
                with self.assertRaisesRegex(sightlog.SightlogError, "^a batch is used in a with: "):
                    add()
            with batch:
                batch.send("t", "kept")
                with self.assertRaisesRegex(sightlog.SightlogError, "^this batch is in a with already"):
                    batch.__enter__()
            self.assertEqual([event.text for event in journal.events()], ["kept"])

    def test_a_batch_whose_journal_was_closed_meanwhile_is_refused(self):
        journal = sightlog.open(self.path("new"))
        with self.assertRaisesRegex(sightlog.SightlogError, "this journal was closed"), journal.batch() as batch:
            journal.close()
            batch.send("t", "x")


@needs_library
class ValuesTest(InTemp):
    def test_content_is_a_str_or_bytes_and_nothing_that_bytes_would_make_zeros_of(self):
        with sightlog.open(self.path("new")) as journal, journal.batch() as batch:
            for content in (5, True, [1, 2], None, 1.5):
                for to in (journal, batch):
                    with self.subTest(repr(content)), self.assertRaisesRegex(TypeError, f"^content: .* {type(content).__name__}$"):
                        to.send("t", content)
            for content in (b"ab", bytearray(b"ab"), memoryview(b"-a-b")[1::2]):
                journal.send("t", content)
            self.assertEqual([event.content for event in journal.events()], [b"ab"] * 3)

    def test_a_path_may_be_a_source(self):
        with sightlog.open(self.path("new")) as journal:
            journal.append(source=pathlib.Path("/photos/dog.jpg"))
            journal.skip(source=pathlib.Path("/photos/cat.jpg"), reason="late")
            self.assertEqual([event.source for event in journal.events()], ["/photos/dog.jpg", "/photos/cat.jpg"])

    def test_a_value_of_a_wrong_type_is_named(self):
        given = [
            ("source=5: a str is needed", dict(source=5)),
            ("source=b'x': a str is needed", dict(source=b"x")),
            ("stream=None: a str is needed", dict(stream=None)),
            ("model=5: a str is needed", dict(model=5)),
            ("width='10': a whole number is needed", dict(width="10")),
            ("height=10.0: a whole number is needed", dict(height=10.0)),
            ("frame=None: a whole number is needed", dict(frame=None)),
            ("captured_nanos=1.5: a whole number is needed", dict(captured_nanos=1.5)),
            ("digest=8: a str or bytes are needed", dict(digest=8)),
            ("detections: a list of sightlog.Detection is needed, this is a NoneType", dict(detections=None)),
            ("detections: a list of sightlog.Detection is needed, this is a Detection", dict(detections=dog())),
            ("detections: a sightlog.Detection is needed, this is a dict", dict(detections=[{"label": "dog"}])),
            ("detections: a sightlog.Detection is needed, this is a tuple", dict(detections=[("dog", 0.5, 1, 2, 3, 4)])),
            ("label=3: a str is needed", dict(detections=[dog(label=3)])),
            ("class_id='3': a whole number is needed", dict(detections=[dog(class_id="3")])),
            ("track_id=0.5: a whole number is needed", dict(detections=[dog(track_id=0.5)])),
            ("confidence='0.5': a number is needed", dict(detections=[dog("0.5")])),
            ("x=None: a number is needed", dict(detections=[dog()._replace(x=None)])),
        ]
        with sightlog.open(self.path("new")) as journal:
            for text, fields in given:
                with self.subTest(text), self.assertRaises(TypeError) as caught:
                    journal.append(**fields)
                self.assertEqual(str(caught.exception), text)
            for text, call in (
                ("topic=None: a str is needed", lambda: journal.send(None, "x")),
                ("reason=5: a str is needed", lambda: journal.skip(source="x", reason=5)),
                ("name=5: a str is needed", lambda: journal.follow(name=5)),
            ):
                with self.subTest(text), self.assertRaises(TypeError) as caught:
                    call()
                self.assertEqual(str(caught.exception), text)
            with self.assertRaisesRegex(ValueError, "^digest='zz': "):
                journal.append(digest="zz")
            with self.assertRaisesRegex(ValueError, "^x=1"):
                journal.append(detections=[dog()._replace(x=10**400)])
            self.assertEqual(list(journal.events()), [])

    def test_a_detection_needs_no_label_beside_a_class_id(self):
        seen = sightlog.Detection(class_id=3, confidence=0.5, x=1, y=2, w=3, h=4)
        self.assertEqual(seen, (None, 0.5, 1, 2, 3, 4, 3, 0))
        self.assertEqual(seen, sightlog.Detection(None, 0.5, 1, 2, 3, 4, 3))
        self.assertEqual(repr(seen), "Detection(label=None, confidence=0.5, x=1, y=2, w=3, h=4, class_id=3, track_id=0)")
        self.assertEqual(seen._replace(label="dog").label, "dog")
        with self.assertRaisesRegex(TypeError, "confidence"):
            sightlog.Detection(label="dog", x=1, y=2, w=3, h=4)
        with sightlog.open(self.path("new")) as journal:
            journal.append(detections=[seen])
            (event,) = journal.events()
            self.assertEqual(event.detections, [seen._replace(label="3")])
            self.assertIs(type(event.detections[0]), sightlog.Detection)


class OpeningTest(InTemp):
    def test_options_that_cannot_be_are_refused_before_anything_is_appended(self):
        for option in (
            dict(roll="bogus"), dict(roll=5), dict(durability="always"), dict(lock_timeout=-1), dict(lock_timeout=float("nan")),
            dict(mode=-1), dict(mode=1 << 12),
        ):  # fmt: skip
            (name,) = option
            with self.subTest(str(option)), self.assertRaisesRegex(ValueError, f"^{name}="):
                sightlog.open(self.path("new"), **option)
        for option in (dict(lock_timeout="5"), dict(mode="0600")):
            (name,) = option
            with self.subTest(str(option)), self.assertRaisesRegex(TypeError, f"^{name}="):
                sightlog.open(self.path("new"), **option)
        sightlog.open(os.fsencode(self.path("new")), roll="daily", durability="every-event", lock_timeout=1, mode=0o640).close()

    def test_a_closed_journal_refuses_everything(self):
        with sightlog.open(self.path("new")) as journal:
            pass
        for use in (
            lambda: journal.append(source="x"), lambda: journal.skip(source="x", reason="y"), lambda: journal.send("t", "x"),
            journal.batch, journal.sync, lambda: journal.producer, journal.events, journal.follow, lambda: journal.follow("me"),
            journal.consumers, journal.__enter__,
        ):  # fmt: skip
            with self.assertRaisesRegex(sightlog.SightlogError, "^this journal was closed"):
                use()
        journal.close()
        self.assertFalse(os.path.exists(self.path("new")))

    def test_a_directory_that_may_not_be_looked_into_is_not_called_no_journal(self):
        os.chmod(self.temp, 0o755)
        closed = self.path("closed")
        os.mkdir(closed, 0)
        with without_rights(), self.assertRaises(sightlog.SightlogError) as caught:
            sightlog.open(closed)
        self.assertNotIsInstance(caught.exception, sightlog.NotAJournal)
        self.assertEqual(str(caught.exception), f"cannot look into {closed}: Permission denied")

    def test_consumers_that_may_not_be_looked_at_are_an_error_of_this_package(self):
        os.chmod(self.temp, 0o755)
        path = self.path("new")
        os.makedirs(os.path.join(path, "consumers"))
        os.chmod(os.path.join(path, "consumers"), 0)
        with sightlog.open(path) as journal, without_rights():
            for use in (journal.consumers, lambda: journal.follow("me")):
                with self.assertRaisesRegex(sightlog.SightlogError, "Permission denied"):
                    use()

    def test_a_list_of_deletions_that_is_no_file_is_an_error_and_no_wait(self):
        path = self.golden("frames")
        os.mkfifo(os.path.join(path, "sightlog.pruned"))
        opened = []

        def seek():
            with sightlog.open(path) as journal:
                try:
                    journal.events(start="0x1")
                except sightlog.SightlogError as problem:
                    opened.append(str(problem))

        thread = threading.Thread(target=seek, daemon=True)
        thread.start()
        thread.join(20)
        self.assertRegex("".join(opened), "sightlog.pruned: it is no file$")


if __name__ == "__main__":
    unittest.main()

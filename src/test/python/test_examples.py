import os
import re
import subprocess
import sys
import unittest

from support import PACKAGE, REQUIRED, InTemp, dog, needs_library, sightlog

EXAMPLES = os.path.join(PACKAGE, "examples")


def with_opencv():
    """A Python that has it, this one first; None when there is none."""
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            done = subprocess.run([python, "-c", "import cv2, numpy"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except OSError:
            continue
        if done.returncode == 0:
            return python
    return None


OPENCV = with_opencv()
needs_opencv = unittest.skipIf(OPENCV is None and not REQUIRED, "OpenCV is not there: nothing was drawn")


class ExamplesTest(InTemp):
    def run_example(self, *arguments, python=None, **more):
        return subprocess.run(
            [python or OPENCV or sys.executable, *arguments], cwd=self.temp, text=True, capture_output=True, timeout=120, **more
        )

    def draw(self, *arguments):
        return self.run_example(os.path.join(EXAMPLES, "draw.py"), *arguments)

    def journal(self, *sources):
        """Of frames with a dog each; a source that is a number is a picture that is there."""
        with sightlog.open(self.path("journal")) as journal:
            for source in sources:
                path = self.path(f"{source}.ppm")
                if isinstance(source, int):
                    with open(path, "wb") as picture:
                        picture.write(b"P6 200 100 255\n" + bytes([source]) * 60_000)
                journal.append(source=path, width=200, height=100, detections=[dog(0.5)])
        return self.path("journal")

    def names(self, done):
        return [re.sub("^.*-|[.]jpg$", "", line) for line in done.stdout.splitlines()]

    def test_rates_tells_how_it_is_used(self):
        rates = os.path.join(EXAMPLES, "rates.py")
        done = self.run_example(rates, "--help", python=sys.executable)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("usage: rates.py", done.stdout)
        for wrong in ("many", "0", "-5"):
            self.assertEqual(self.run_example(rates, wrong, python=sys.executable).returncode, 2)

    def test_draw_refuses_a_confidence_that_is_none(self):
        for wrong in ("1.5", "-0.1", "nan", "much"):
            done = self.draw(self.path("journal"), "--to-end", "--conf=" + wrong)
            self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
            self.assertRegex(done.stderr, "argument --conf: ")

    @needs_opencv
    @needs_library
    def test_draw_refuses_what_it_cannot_use(self):
        with open(self.path("file"), "w"):
            pass
        done = self.draw(self.path("journal"), "--to-end", "--out", self.path("file"))
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertRegex(done.stderr, "--out .*/file: pictures need a directory")
        done = self.draw(self.journal(1), "--to-end", "--name", "a/b")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertRegex(done.stderr, '--name: bad consumer name "a/b"')

    @needs_opencv
    @needs_library
    def test_draw_says_which_pictures_are_missing_and_goes_on(self):
        done = self.draw(self.journal(1, "gone", 2), "--to-end")
        self.assertEqual((done.returncode, self.names(done)), (3, ["1", "2"]), done.stderr)
        self.assertRegex(done.stderr, "^0x[0-9a-f]+: no picture at .*gone[.]ppm\n$")
        self.assertEqual(len(os.listdir(self.path("drawn"))), 2)

    @needs_opencv
    @needs_library
    def test_draw_with_a_name_goes_on_where_it_stopped_also_to_the_end(self):
        for new in ((1, 2), (), (3,)):
            done = self.draw(self.journal(*new), "--to-end", "--name", "drawer")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(self.names(done), [str(n) for n in new])

    @needs_opencv
    @needs_library
    def test_draw_ends_quietly_when_nobody_reads_its_output(self):
        command = [OPENCV, os.path.join(EXAMPLES, "draw.py"), self.journal(1, 2), "--to-end"]
        reading, writing = os.pipe()
        os.close(reading)
        try:
            done = subprocess.run(command, cwd=self.temp, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=120)
        finally:
            os.close(writing)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    @needs_opencv
    def test_labels_can_be_read_on_every_colour_and_under_every_box(self):
        script = (
            "import sys, types, numpy, draw, sightlog\n"
            "def shine(colour):\n"  # relative luminance of sRGB
            "    b, g, r = (c / 3294.6 if c < 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour)\n"
            "    return 0.2126 * r + 0.7152 * g + 0.0722 * b\n"
            "for colour in draw.COLOURS:\n"
            "    assert (shine(colour) + 0.05) / (shine(draw.LETTERS) + 0.05) > 4.5, colour\n"
            "def drawn(*seen):\n"
            "    picture = numpy.zeros((600, 800, 3), numpy.uint8)\n"
            "    boxes = numpy.array([(d.x, d.y, d.w, d.h) for d in seen], numpy.float32)\n"
            "    draw.draw(picture, types.SimpleNamespace(boxes=boxes, detections=seen, width=800, height=600), 0)\n"
            "    return picture\n"
            "below = sightlog.Detection('person', 0.9, 100, 200, 300, 300)\n"
            "across = sightlog.Detection('dog', 0.8, 120, 100, 300, 400)\n"
            "label = numpy.s_[185:197, 101:160]\n"
            "assert drawn(below)[label].any()\n"
            "assert (drawn(below)[label] == drawn(below, across)[label]).all()\n"
            "edge = sightlog.Detection('person', 0.9, 790, 200, 10, 10)\n"
            "assert drawn(edge)[185:197, 700:780].any(), 'cut off'\n"
        )
        done = self.run_example("-c", script, env=dict(os.environ, PYTHONPATH=os.pathsep.join((PACKAGE, EXAMPLES))))
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    @needs_opencv
    def test_boxes_are_drawn_where_they_belong_in_a_smaller_picture_that_was_kept(self):
        script = (
            "import cv2, numpy, types, draw, sightlog\n"
            "jpeg = cv2.imencode('.jpg', numpy.zeros((300, 400, 3), numpy.uint8))[1].tobytes()\n"
            "dog = sightlog.Detection('dog', 0.8, 200, 300, 400, 200)\n"
            "event = types.SimpleNamespace(source='rtsp://camera/1', picture=lambda: jpeg, width=800, height=600, detections=[dog])\n"
            "event.boxes = numpy.array([(dog.x, dog.y, dog.w, dog.h)], numpy.float32)\n"
            "picture = draw.picture_of(event)\n"
            "assert picture.shape == (300, 400, 3) and not picture.any(), picture.shape\n"
            "draw.draw(picture, event, 0)\n"
            "assert picture[200, 100].any() and picture[249:251, 298:301].any() and not picture[255:, :].any()\n"
            "event.picture = lambda: None\n"
            "assert draw.picture_of(event) is None\n"
        )
        done = self.run_example("-c", script, env=dict(os.environ, PYTHONPATH=os.pathsep.join((PACKAGE, EXAMPLES))))
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()

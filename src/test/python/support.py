"""What the tests of the Python package share."""

import os
import shutil
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", "..", ".."))
PACKAGE = os.path.join(ROOT, "src", "main", "python")
GOLDEN = os.path.join(ROOT, "src", "test", "resources", "golden")
sys.path.insert(0, PACKAGE)

import sightlog  # noqa: E402
from sightlog import _native  # noqa: E402

try:
    import numpy
except ImportError:
    numpy = None

REQUIRED = os.environ.get("SIGHTLOG_REQUIRE_TOOLS") == "true"
SEED = int(os.environ.get("SIGHTLOG_SEED") or 1)


def has_library():
    try:
        _native.library()
        return True
    except sightlog.LibraryMissing:
        return False


# Set by the half of PythonPackageTest that runs without it, and by nobody else.
WITHOUT = os.environ.get("SIGHTLOG_TEST_WITHOUT_LIBRARY") == "true"


def needs_library(test):
    if REQUIRED and not WITHOUT:
        return test  # and fails without it
    return unittest.skipUnless(has_library(), "the C library was not built: appending was not tried")(test)


def goldens():
    return sorted(os.listdir(GOLDEN))


def expected(golden):
    with open(os.path.join(GOLDEN, golden, "expected.ndjson"), encoding="utf-8", newline="") as file:
        return file.read().split("\n")[:-1]


def expected_damage(golden):
    """Positions, in order; none for goldens that are sound."""
    try:
        with open(os.path.join(GOLDEN, golden, "expected.errors"), encoding="utf-8") as file:
            return [line.split()[1] for line in file if line.startswith("damaged ")]
    except FileNotFoundError:
        return []


def until(condition, seconds=120.0):
    """Whether it becomes true in that time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


class InTemp(unittest.TestCase):
    def setUp(self):
        self.temp = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.temp, ignore_errors=True)

    def golden(self, name):
        """A copy of its journal that may be written to."""
        copy = os.path.join(self.temp, name)
        shutil.copytree(os.path.join(GOLDEN, name, "journal"), copy)
        return copy

    def path(self, name):
        return os.path.join(self.temp, name)


def dog(confidence=0.5, label="dog", **more):
    return sightlog.Detection(label=label, confidence=confidence, x=1.5, y=2, w=30, h=40, **more)

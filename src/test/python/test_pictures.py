import errno
import os
import random
import shutil
import struct
import unittest

from support import SEED, InTemp, sightlog
from sightlog import _crc, _pictures

JOURNAL = "00112233445566778899aabbccddeeff"
PRODUCER = "fedcba9876543210"
PICTURE = bytes(range(256)) * 5 + b"end"


def frames(picture=PICTURE, file=3, version=1):
    """A file of kept frames with one picture, by docs/format.md."""
    numbers = struct.pack("<Qqi", int(PRODUCER, 16), file, 7)
    header = b"SLKF" + struct.pack("<I", version) + bytes.fromhex(JOURNAL) + numbers
    record = struct.pack("<iIq", len(picture), _crc.crc32c(picture), 77) + picture
    return header + _crc.crc32c(header).to_bytes(4, "little") + bytes(16) + record + bytes(-len(record) % 8)


class PicturesTest(InTemp):
    kept = sightlog.KeptFrame(JOURNAL, PRODUCER, 3, 80, len(PICTURE), _crc.crc32c(PICTURE), "jpeg", 640, 480)

    def setUp(self):
        super().setUp()
        self.be(self.temp)

    def be(self, journal):
        """Makes it the journal beside which pictures are kept."""
        with open(os.path.join(journal, "sightlog.id"), "w") as out:
            out.write(JOURNAL + "\n")

    def write(self, content, producer=PRODUCER, file=3):
        folder = os.path.join(self.temp, "frames", JOURNAL)
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, f"{producer}-{file:08d}.frames")
        with open(path, "wb") as out:
            out.write(content)
        return path

    def test_a_picture_is_read_as_the_format_draws_it(self):
        self.assertIsNone(_pictures.read(self.temp, self.kept))
        self.write(frames())
        self.assertEqual(_pictures.read(self.temp, self.kept), PICTURE)
        self.assertIsNone(_pictures.read(self.temp, self.kept._replace(file=4)))
        self.assertIsNone(_pictures.read(self.path("nowhere"), self.kept))

    def test_no_change_of_a_file_gives_another_picture(self):
        sound = frames()
        chance = random.Random(SEED)
        damaged = 0
        for _ in range(500):
            content = bytearray(sound)
            for _ in range(chance.randrange(1, 4)):
                content[chance.choice([chance.randrange(96), chance.randrange(len(content))])] ^= 1 << chance.randrange(8)
            self.write(content[: chance.choice([len(content), chance.randrange(len(content))])])
            try:
                self.assertEqual(_pictures.read(self.temp, self.kept), PICTURE, f"seed {SEED}")
            except _pictures.Damaged:
                damaged += 1
        self.assertTrue(300 < damaged < 500, f"seed {SEED}: {damaged}")

    def test_an_event_says_what_is_wrong_with_its_picture_and_where(self):
        journal = self.golden("rare-sections")
        with sightlog.open(journal) as opened:
            first, skip, *_ = opened.events()
            self.assertIsNone(skip.kept_frame)
            self.assertIsNone(skip.picture())
            self.assertEqual((first.kept_frame.journal, first.kept_frame.producer), (JOURNAL, PRODUCER))
            self.assertIsNone(first.picture(), "it is not here")
        self.temp = journal
        self.be(journal)
        for content, kind, text in (
            (frames(), sightlog.PictureDamageError, "ends at byte"),
            (frames()[:60], sightlog.PictureDamageError, "ends at byte 60"),
        ):
            path = self.write(content)
            with self.assertRaisesRegex(kind, text) as told:
                first.copy().picture()  # also when its journal was closed
            self.assertIs(type(told.exception), kind)
            self.assertEqual((told.exception.position, told.exception.index), (first.position, first.index))
            self.assertIn(path, str(told.exception))
            self.assertIsInstance(told.exception, sightlog.DamageError)

    def test_a_file_of_another_version_or_name_is_told(self):
        for content, newer, text in (
            (frames(version=2), True, "of version 2, this package reads version 1"),
            (frames(version=0), False, "that of another file, or damaged"),
            (frames(file=4), False, "that of another file, or damaged"),
        ):
            self.write(content)
            with self.assertRaisesRegex(_pictures.Damaged, text) as told:
                _pictures.read(self.temp, self.kept)
            self.assertEqual(told.exception.newer, newer)

    def test_what_the_system_cannot_read_is_no_damage(self):
        self.write(frames())
        opened, os.open = os.open, lambda *_, **__: (_ for _ in ()).throw(OSError(errno.EMFILE, "Too many open files"))
        try:
            with self.assertRaises(sightlog.FileAccessError) as told:
                _pictures.read(self.temp, self.kept)
        finally:
            os.open = opened
        self.assertEqual(told.exception.system_error, errno.EMFILE)
        self.assertEqual(_pictures.read(self.temp, self.kept), PICTURE)

    def test_nothing_stays_open(self):
        path = self.write(frames())
        before = os.listdir("/proc/self/fd")
        for content in (frames(), frames()[:60], None):
            if content is None:
                os.unlink(path)
                os.symlink("elsewhere", path)
            else:
                self.write(content)
            try:
                _pictures.read(self.temp, self.kept)
            except _pictures.Damaged:
                pass
        shutil.rmtree(os.path.join(self.temp, "frames"))
        self.assertIsNone(_pictures.read(self.temp, self.kept))
        self.assertEqual(os.listdir("/proc/self/fd"), before)


if __name__ == "__main__":
    unittest.main()

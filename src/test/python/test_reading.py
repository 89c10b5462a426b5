import datetime
import gc
import json
import os
import random
import unittest

from support import GOLDEN, REQUIRED, SEED, InTemp, expected, expected_damage, goldens, numpy, sightlog
from sightlog import _crc, _sections


class ReadingTest(InTemp):
    def all(self, journal, **options):
        return list(journal.events(on_damage=lambda damage: None, **options))

    def test_gives_the_lines_of_every_golden(self):
        for golden in goldens():
            with self.subTest(golden), sightlog.open(os.path.join(GOLDEN, golden, "journal")) as journal:
                self.assertEqual([event.to_json() for event in self.all(journal)], expected(golden))

    def test_tells_all_damage_once_and_in_order(self):
        told = []
        with sightlog.open(os.path.join(GOLDEN, "damaged", "journal")) as journal:
            for _ in journal.events(on_damage=lambda damage: told.append(damage.position)):
                pass
        self.assertEqual(told, expected_damage("damaged"))

    def test_raises_damage_and_goes_on_behind_it(self):
        events, told = [], []
        with sightlog.open(os.path.join(GOLDEN, "damaged", "journal")) as journal:
            reader = journal.events()
            while True:
                try:
                    events.extend(event.to_json() for event in reader)
                    break
                except sightlog.DamageError as damage:
                    told.append(damage.position)
        self.assertEqual(told, expected_damage("damaged"))
        self.assertEqual(events[-1], expected("damaged")[-1])

    def test_a_page_of_the_index_whose_header_is_damaged_hides_no_event(self):
        directory = self.golden("rolls")
        name = "20261123-0000.cq4"
        with open(os.path.join(directory, name), "r+b") as file:
            header = file.read().find(b"\xb9\x05index") - 4
            for bit in range(32):
                file.seek(header)
                word = int.from_bytes(file.read(4), "little")
                file.seek(header)
                file.write((word ^ 1 << bit).to_bytes(4, "little"))
                file.flush()
                with self.subTest(bit=bit), sightlog.open(directory) as journal:
                    lines = [event.to_json() for event in journal.events(on_damage=lambda damage: None)]
                    self.assertEqual(lines, expected("rolls"))
                file.seek(header)
                file.write(word.to_bytes(4, "little"))

    def test_tells_of_a_file_that_was_cut_to_less_than_a_header_also_when_the_signal_file_lost_its_beginning(self):
        journal = self.golden("rolls")
        newest = sorted(name for name in os.listdir(journal) if name.endswith(".cq4"))[-1]
        os.truncate(os.path.join(journal, newest), 3)
        signal = os.path.join(journal, "sightlog.signal")
        for odd, told in ((b"", 1), (b"\0\0\0\0", 1), (b"XXXX", 0)):  # as Java and C tell
            with open(signal, "r+b") as file:
                file.write(odd)
            damage = []
            with sightlog.open(journal) as opened:
                events = sum(1 for _ in opened.events(on_damage=damage.append))
            self.assertEqual((41, told), (events, len(damage)), odd)
        os.remove(signal)
        os.mkfifo(signal)
        with sightlog.open(journal) as opened:
            self.assertEqual(41, sum(1 for _ in opened.events(on_damage=self.fail)))

    def test_a_text_that_is_no_utf8_is_not_handed_on_as_json(self):
        journal = self.golden("frames")
        with sightlog.open(journal) as opened:
            event = next(event for event in opened.events() if len(event.source) > 2)
            at, size, source = event._at, event._head[5], event.source.encode("utf-8")
        path = os.path.join(journal, [name for name in os.listdir(journal) if name.endswith(".cq4")][0])
        with open(path, "r+b") as file:
            file.seek(at)
            content = file.read(size).replace(source[:2], b"\xc0\xaf", 1)  # "/", longer than need be
            file.seek(at)
            file.write(_crc.crc32c(content[4:]).to_bytes(4, "little") + content[4:])
        with sightlog.open(journal) as opened:
            odd = [event for event in opened.events() if "\ufffd" in event.source]
            self.assertEqual(1, len(odd))
            with self.assertRaisesRegex(sightlog.DamageError, "a text in it is not good UTF-8"):
                odd[0].to_json()

    def test_what_only_some_events_have_are_values(self):
        with sightlog.open(os.path.join(GOLDEN, "rare-sections", "journal")) as journal:
            first, skip, other, *_ = self.all(journal)
        here, there = "00112233445566778899aabbccddeeff", "f0e1d2c3b4a5968778695a4b3c2d1e0f"
        kept = sightlog.KeptFrame(here, "fedcba9876543210", 3, 1 << 40, 70_000, 0x0BADBEEF, "jpeg", 640, 480)
        self.assertEqual(first.kept_frame, kept)
        self.assertEqual(first.live, sightlog.LiveSource(dropped=3, age_nanos=41_000_000, reconnects=1, outage_nanos=2_500_000_000))
        self.assertEqual((first.origin.kind, first.origin.topic, first.origin.path), ("kafka", 'Tür 🚪 "a\\b"\t', (there, here)))
        self.assertEqual(first.answers, sightlog.AnsweredEvent(here, f"{9:016x}", (1 << 63) - 1, 0x4D0F00000012, 2))
        self.assertEqual(skip.live, sightlog.LiveSource(0, 0, 0, 0))
        self.assertIsNone(skip.kept_frame)
        self.assertEqual(other.kept_frame.format, "77")
        self.assertIsNone(other.origin)

    def test_sections_of_any_bytes_are_values_or_refused(self):
        chance = random.Random(SEED)
        with sightlog.open(os.path.join(GOLDEN, "rare-sections", "journal")) as journal:
            whole = self.all(journal)[0].sections()
        readers = {9: _sections.kept_frame, 10: _sections.live, 11: _sections.origin, 12: _sections.answers}
        refused = 0
        for _ in range(5_000):
            kind = chance.choice(list(readers))
            content = bytearray(whole[kind][: chance.choice([len(whole[kind]), chance.randrange(len(whole[kind]))])])
            for _ in range(chance.randrange(8) if content else 0):
                content[chance.randrange(len(content))] = chance.randrange(256)
            try:
                readers[kind](bytes(content))
            except ValueError:
                refused += 1
        self.assertTrue(500 < refused < 5_000, f"seed {SEED}: {refused}")

    def test_the_id_is_read_or_refused(self):
        path = os.path.join(self.temp, "sightlog.id")
        with sightlog.open(self.temp) as journal:
            self.assertIsNone(journal.id)
            for text in ("00112233445566778899aabbccddeeff\n", "", "00112233445566778899aabbccddeeff", "0" * 32 + "\n",
                         "00112233445566778899aabbccddeeff\n\n", "00112233445566778899AABBCCDDEEFF\n"):  # fmt: skip
                with open(path, "w", encoding="ascii") as file:
                    file.write(text)
                if text.startswith("0011") and text.endswith("f\n"):
                    self.assertEqual(journal.id, text[:32])
                else:
                    self.assertRaisesRegex(sightlog.NotAJournal, "sightlog.id is damaged", lambda: journal.id)
            os.unlink(path)
            os.mkfifo(path)
            self.assertRaises(sightlog.NotAJournal, lambda: journal.id)

    def test_without_checksums_damage_of_content_passes_and_structure_does_not(self):
        with sightlog.open(os.path.join(GOLDEN, "damaged", "journal"), verify=False) as journal:
            lines = [event.to_json() for event in self.all(journal)]
        self.assertGreater(len(lines), len(expected("damaged")))
        self.assertTrue(set(expected("damaged")) <= set(lines))

    def test_begins_at_every_position_time_and_distance_from_the_end(self):
        for golden in goldens():
            if expected_damage(golden):
                continue
            with self.subTest(golden), sightlog.open(os.path.join(GOLDEN, golden, "journal")) as journal:
                events = self.all(journal)
                positions = [event.position for event in events]
                for i, event in enumerate(events):
                    self.assertEqual(self.first(journal, event.position), positions[i])
                    same = next(k for k, e in enumerate(events) if e.appended_nanos >= event.appended_nanos)
                    self.assertEqual(self.first(journal, event.appended_nanos), positions[same])
                    later = [e.position for e in events if e.appended_nanos > event.appended_nanos]
                    self.assertEqual(self.first(journal, event.appended_nanos + 1), later[0] if later else None)
                for n in (1, 2, len(events), len(events) + 5):
                    self.assertEqual([e.position for e in journal.events(start=-n)], positions[-n:])
                self.assertEqual(list(journal.events(start="end")), [])

    def first(self, journal, start):
        with journal.events(start=start) as reader:
            event = reader.poll()
            return event.position if event else None

    def test_begins_at_a_datetime(self):
        with sightlog.open(os.path.join(GOLDEN, "frames", "journal")) as journal:
            events = self.all(journal)
            moment = datetime.datetime.fromtimestamp(events[-1].appended_nanos // 1_000_000_000, datetime.timezone.utc)
            start = self.first(journal, moment)
            wanted = next(e for e in events if e.appended_nanos >= int(moment.timestamp()) * 1_000_000_000)
            self.assertEqual(start, wanted.position)
            with self.assertRaisesRegex(ValueError, "time zone"):
                journal.events(start=datetime.datetime(2026, 1, 1))

    def test_a_number_is_in_the_unit_in_which_it_lies_in_this_century(self):
        with sightlog.open(os.path.join(GOLDEN, "frames", "journal")) as journal:
            nanos = self.all(journal)[-1].appended_nanos
            for per_second in (1, 1_000, 1_000_000, 1_000_000_000):
                unit = 1_000_000_000 // per_second
                wanted = next(e for e in self.all(journal) if e.appended_nanos >= nanos // unit * unit)
                self.assertEqual(self.first(journal, nanos // unit), wanted.position)
                self.assertEqual(self.first(journal, str(nanos // unit)), wanted.position)
            self.assertEqual(self.first(journal, 946_684_799), self.all(journal)[0].position)

    def test_refuses_what_is_no_start_and_what_is_behind_the_end(self):
        with sightlog.open(os.path.join(GOLDEN, "frames", "journal")) as journal:
            for start in ("", "begin", "0x", "0x1:", "--1", True, 1.5, "0x" + "f" * 17, 1 << 63):
                with self.subTest(start), self.assertRaisesRegex(ValueError, "is no place"):
                    journal.events(start=start)
            with self.assertRaises(sightlog.NoEvent):
                journal.events(start="0x7fffffff00000000")

    def test_fields_are_those_of_the_lines(self):
        for golden in goldens():
            with sightlog.open(os.path.join(GOLDEN, golden, "journal")) as journal:
                for event, line in zip(self.all(journal), map(json.loads, expected(golden))):
                    self.assertEqual(event.position.partition(":")[0], line["index"])
                    for field in ("kind", "source", "stream", "frame", "width", "height", "digest", "model", "place"):
                        self.assertEqual(getattr(event, field), line[field])
                    for field, key in (
                        ("position_nanos", "positionNanos"), ("captured_nanos", "capturedNanos"),
                        ("appended_nanos", "appendedNanos"), ("decode_nanos", "decodeNanos"),
                        ("infer_nanos", "inferNanos"), ("captured_at", "capturedAt"), ("label_set", "labelSet"),
                        ("producer", "producer"), ("sequence", "sequence"),
                    ):  # fmt: skip
                        self.assertEqual(str(getattr(event, field)), line[key])
                    self.assertEqual(event.text, line.get("text"))
                    self.assertEqual((event.reason, event.topic), (line.get("reason", ""), line.get("topic", "")))
                    labels = [(d.class_id, d.label, str(d.track_id)) for d in event.detections]
                    self.assertEqual(labels, [(d["classId"], d["label"], d["trackId"]) for d in line["detections"]])

    def test_events_outlive_their_journal_and_what_follows(self):
        with sightlog.open(os.path.join(GOLDEN, "rolls", "journal")) as journal:
            events = self.all(journal)
            copies = [event.copy() for event in events]
        del journal
        gc.collect()
        self.assertEqual([event.to_json() for event in events], expected("rolls"))
        self.assertEqual([event.to_json() for event in copies], expected("rolls"))

    @unittest.skipIf(numpy is None and not REQUIRED, "NumPy is not there: its views were not tried")
    def test_numpy_views_show_the_mapped_detections_and_stay(self):
        looked_at = 0
        with sightlog.open(os.path.join(GOLDEN, "frames", "journal")) as journal:
            kept = [(event.boxes, event.array, event.detections) for event in journal.events()]
        gc.collect()
        for boxes, array, detections in kept:
            self.assertEqual(boxes.dtype, numpy.float32)
            self.assertEqual(boxes.shape, (len(detections), 4))
            self.assertFalse(boxes.flags.writeable or boxes.flags.owndata or array.flags.writeable)
            for box, record, d in zip(boxes, array, detections):
                self.assertEqual(box.tobytes(), numpy.array([d.x, d.y, d.w, d.h], numpy.float32).tobytes())
                self.assertEqual((record["class_id"], record["track_id"]), (d.class_id, d.track_id))
                self.assertEqual(record["confidence"], numpy.float32(d.confidence))
                looked_at += 1
        self.assertGreater(looked_at, 1000)

    def test_the_table_in_python_gives_the_checksums_of_the_library(self):
        self.assertEqual(_crc.slow_crc32c(b"123456789"), 0xE3069283)
        values = random.Random(SEED)
        for size in (0, 1, 7, 8, 9, 4000):
            data = bytes(values.randrange(256) for _ in range(size))
            self.assertEqual(_crc.crc32c(data), _crc.slow_crc32c(data), f"seed {SEED}")

    def test_a_journal_that_is_not_there_has_no_events_and_something_else_is_refused(self):
        with sightlog.open(self.path("later")) as journal:
            self.assertEqual(list(journal.events()), [])
        with open(self.path("file"), "w") as file:
            file.write("x")
        with self.assertRaisesRegex(sightlog.NotAJournal, "it is a file"):
            sightlog.open(self.path("file"))
        with self.assertRaisesRegex(sightlog.NotAJournal, "no metadata.cq4t, but it has file"):
            sightlog.open(self.temp)

    def test_warns_of_cycles_that_were_deleted_under_a_reader(self):
        directory = self.golden("rolls")
        cycles = sorted(file for file in os.listdir(directory) if file.endswith(".cq4"))
        with sightlog.open(directory) as journal:
            reader = journal.events()
            first = next(reader)
            for file in cycles[:-1]:
                os.unlink(os.path.join(directory, file))
            with self.assertWarnsRegex(sightlog.MissedWarning, "are gone, deleted to make room"):
                rest = list(reader)
            self.assertGreater(rest[-1].index >> 32, first.index >> 32)
            missed = []
            list(journal.events(start=first.position, on_missed=missed.append))
            self.assertEqual(missed, [])  # nobody wrote down how much it was


if __name__ == "__main__":
    unittest.main()

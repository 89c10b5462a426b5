"""Prints a Sightlog journal as NDJSON, written from docs/format.md and docs/ndjson.md alone. Standard library only.

    read_journal.py [--follow] [--consumers] DIRECTORY

Exit codes: 0 done, 1 failed, 2 usage, 3 done, but something was damaged or a label set was missing.
"""

import argparse
import base64
import calendar
import fcntl
import hashlib
import mmap
import os
import re
import struct
import sys
import time
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from functools import lru_cache

MAGIC = b"SLOG"
FRAME, SKIP, MESSAGE, BATCH = 1, 2, 3, 4
KINDS = {FRAME: "frame", SKIP: "skip", MESSAGE: "message"}
EVENT_HEADER = struct.Struct("<I4sBBHIQqqqqq8s8siiqqIHH")
BATCH_HEADER = struct.Struct("<I4sBBHIII")
DETECTION = struct.Struct("<i5fq")
SECTION = struct.Struct("<III")
INT = struct.Struct("<I")

SOURCE, STREAM, REASON, LABELS, MODEL, TOPIC, TEXT, BINARY = range(1, 9)

MAX_EXCERPT = 16_773_120
MAX_DETECTIONS = 100_000
MAX_SECTIONS = 256
MAX_BATCH = 65_536
MAX_LABEL_SET = 16 << 20

METADATA, IN_PROGRESS, END_MARK = 1 << 30, 1 << 31, 0xC0000000

# pattern of the names -> length of a cycle in ms, the name as a regular expression, as strftime takes it
ROLLS = {
    "yyyyMMdd-HHmmss'T'": (1_000, "%Y%m%d-%H%M%ST"),
    "yyyyMMdd-HHmm": (60_000, "%Y%m%d-%H%M"),
    "yyyyMMdd-HHmm'V'": (300_000, "%Y%m%d-%H%MV"),
    "yyyyMMdd-HHmm'X'": (600_000, "%Y%m%d-%H%MX"),
    "yyyyMMdd-HHmm'H'": (1_800_000, "%Y%m%d-%H%MH"),
    "yyyyMMdd-HH'F'": (3_600_000, "%Y%m%d-%HF"),
    "yyyyMMdd-HH'VI'": (21_600_000, "%Y%m%d-%HVI"),
    "yyyyMMdd'F'": (86_400_000, "%Y%m%dF"),
}


class Refused(Exception):
    """The journal cannot be read at all."""


class Damaged(Exception):
    """One excerpt or event cannot be read; what comes behind it may."""


def crc_table():
    table = []
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
        table.append(n)
    return table


CRC_TABLE = crc_table()


def crc32c(data):
    table = CRC_TABLE
    crc = 0xFFFFFFFF
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


# ---- mapped files


class Mapped:
    """A file that others may be growing."""

    def __init__(self, path):
        self.file = open(path, "rb")
        self.memory = b""
        self.refresh()

    def refresh(self):
        if os.fstat(self.file.fileno()).st_size > len(self.memory):
            self.memory = mmap.mmap(self.file.fileno(), 0, access=mmap.ACCESS_READ)

    def header(self, offset):
        """The header of a document; 0 where the file ends."""
        if offset + 4 > len(self.memory):
            self.refresh()
            if offset + 4 > len(self.memory):
                return 0
        return INT.unpack_from(self.memory, offset)[0]

    def payload(self, offset, header):
        length = header & 0x3FFFFFFF
        if length > MAX_EXCERPT or offset + 4 + length > len(self.memory):
            raise Refused(f"damaged: a document of {length} bytes at {offset}")
        return self.memory[offset + 4 : offset + 4 + length]

    def close(self):
        self.file.close()


def next_document(offset, header):
    return (offset + 4 + (header & 0x3FFFFFFF) + 3) & ~3


def field(payload, name):
    """The bytes behind a field's name in document 0."""
    key = bytes([0xC0 + len(name)]) + name.encode()
    at = payload.find(key)
    if at < 0:
        raise Refused(f"no field {name}")
    return payload[at + len(key) :]


NUMBERS = {0xA1: "<B", 0xA2: "<H", 0xA3: "<I", 0xA4: "<b", 0xA5: "<h", 0xA6: "<i", 0xA7: "<q"}


def number(value):
    if value[0] < 0x80:
        return value[0]
    return struct.unpack_from(NUMBERS[value[0]], value, 1)[0]


class Roll:
    """How the journal rolls, from metadata.cq4t."""

    KEYS = (
        b"listing.highestCycle",
        b"listing.lowestCycle",
        b"listing.modCount",
        b"chronicle.write.lock",
        b"chronicle.append.lock",
    )

    def __init__(self, payload):
        self.millis = number(field(payload, "length"))
        text = field(payload, "format")
        pattern = text[1 : 1 + text[0] - 0xE0].decode("ascii")
        if number(field(payload, "epoch")) != 0:
            raise Refused("epoch is not 0")
        if ROLLS.get(pattern, (0, ""))[0] != self.millis:
            raise Refused(f"unknown roll: {pattern}, {self.millis} ms")
        self.name = ROLLS[pattern][1]
        self.regex = re.compile(re.sub("%[YmdHMS]", lambda m: r"\d{4}" if m[0] == "%Y" else r"\d\d", self.name))

    @classmethod
    def read(cls, directory):
        """None while the journal is not complete."""
        try:
            mapped = Mapped(os.path.join(directory, "metadata.cq4t"))
        except FileNotFoundError:
            return None
        roll, keys, offset = None, set(), 0
        header = mapped.header(offset)
        while header != 0 and not header & IN_PROGRESS:
            payload = mapped.payload(offset, header)
            if roll is None:
                roll = cls(payload)
            elif payload[0] == 0xB9:
                keys.add(bytes(payload[2 : 2 + payload[1]]))
            offset = next_document(offset, header)
            header = mapped.header(offset)
        mapped.close()
        return roll if keys.issuperset(cls.KEYS) else None

    def cycles(self, directory):
        """(cycle, path) of every cycle there is, in order."""
        found = []
        for file in os.listdir(directory):
            stem, extension = os.path.splitext(file)
            if extension == ".cq4" and self.regex.fullmatch(stem):
                seconds = calendar.timegm(time.strptime(stem, self.name))
                found.append((seconds * 1000 // self.millis, os.path.join(directory, file)))
        return sorted(found)


class Cycle:
    """Walks over the excerpts of one cycle."""

    def __init__(self, cycle, path):
        self.cycle = cycle
        self.path = path
        self.mapped = Mapped(path)
        self.offset = 0
        self.sequence = 0

    def next(self):
        """(index, excerpt), None when nothing is there yet, False when the cycle has ended."""
        while True:
            header = self.mapped.header(self.offset)
            if header == END_MARK:
                return False
            if header == 0 or header & IN_PROGRESS:
                return None
            payload = self.mapped.payload(self.offset, header)
            if self.offset == 0:
                if number(field(payload, "dataFormat")) != 1:
                    raise Refused(f"{self.path}: dataFormat is not 1")
            self.offset = next_document(self.offset, header)
            if not header & METADATA:
                self.sequence += 1
                return self.cycle << 32 | self.sequence - 1, payload


def excerpts(directory, follow):
    """Every excerpt, (index, bytes), over all cycles."""
    roll = Roll.read(directory)
    while roll is None:
        if not follow:
            print(f"no events yet in {directory}", file=sys.stderr)
            return
        time.sleep(0.01)
        roll = Roll.read(directory)
    current = None
    while True:
        got = current.next() if current else None
        if got:
            yield got
            continue
        later = later_cycle(directory, roll, current)
        if later and current and got is None:
            got = current.next()  # what came before the later cycle had an event
            if got:
                later.mapped.close()
                yield got
                continue
        if later:
            if current:
                current.mapped.close()
            current = later
        elif follow:
            time.sleep(0.001)
        else:
            return


def later_cycle(directory, roll, current):
    """The first cycle behind this one that has an event."""
    for number_of, path in roll.cycles(directory):
        if current is None or number_of > current.cycle:
            probe = Cycle(number_of, path)
            has_event = probe.next()
            probe.mapped.close()
            if has_event:
                return Cycle(number_of, path)
    return None


# ---- events


class Event:
    """One frame, skip or message; checked before a field is looked at."""

    def __init__(self, data):
        if len(data) < EVENT_HEADER.size or data[4:8] != MAGIC:
            raise Damaged("not an event")
        (
            checksum, _, version, self.kind, header_bytes, total_bytes, self.producer, self.sequence,
            self.appended_nanos, self.captured_nanos, self.position_nanos, self.frame, self.label_set, self.digest,
            self.width, self.height, self.decode_nanos, self.infer_nanos, detections, detection_bytes, sections,
        ) = EVENT_HEADER.unpack_from(data)  # fmt: skip
        if total_bytes != len(data) or crc32c(data[4:]) != checksum:
            if version > 1:
                raise Damaged(f"written by a newer Sightlog: version {version}")
            raise Damaged("the checksum is wrong")
        if version != 1:
            raise Damaged(f"unknown version {version}")
        if self.kind not in KINDS:
            raise Damaged(f"unknown kind {self.kind}")
        table = header_bytes + detections * detection_bytes
        contents = table + sections * SECTION.size
        if (
            header_bytes < EVENT_HEADER.size
            or detection_bytes < DETECTION.size
            or detections > MAX_DETECTIONS
            or sections > MAX_SECTIONS
            or contents > total_bytes
        ):
            raise Damaged("detections or sections lie beyond the end")
        self.detections = [
            DETECTION.unpack_from(data, header_bytes + i * detection_bytes) for i in range(detections)
        ]
        self.sections = {}
        for i in range(sections):
            kind, offset, length = SECTION.unpack_from(data, table + i * SECTION.size)
            if offset < contents or offset + length > total_bytes:
                raise Damaged("a section lies outside")
            self.sections.setdefault(kind, data[offset : offset + length])

    def text(self, section):
        return self.sections.get(section, b"").decode("utf-8", "replace")


def events_of(excerpt):
    """(place, Event or Damaged) of everything in an excerpt."""
    try:
        starts = batch_starts(excerpt)
    except Damaged as damage:
        yield 0, damage
        return
    for place, start in enumerate(starts[:-1]):
        try:
            yield place, Event(excerpt[start : starts[place + 1]])
        except Damaged as damage:
            yield place, damage


def batch_starts(excerpt):
    """Where the events begin, and the end."""
    if len(excerpt) < 10 or excerpt[4:8] != MAGIC or excerpt[8] != 1 or excerpt[9] != BATCH:
        return [0, len(excerpt)]
    if len(excerpt) < BATCH_HEADER.size:
        raise Damaged("a batch without a header")
    checksum, _, _, _, header_bytes, total_bytes, count, _ = BATCH_HEADER.unpack_from(excerpt)
    end = BATCH_HEADER.size + 4 * count
    if total_bytes != len(excerpt) or not 1 <= count <= MAX_BATCH or end > total_bytes:
        raise Damaged("a batch of another size")
    if header_bytes != BATCH_HEADER.size or crc32c(excerpt[4:end]) != checksum:
        raise Damaged("the checksum of a batch is wrong")
    starts = list(struct.unpack_from(f"<{count}I", excerpt, BATCH_HEADER.size)) + [total_bytes]
    if starts[0] < end or any(a >= b or a % 4 for a, b in zip(starts, starts[1:])):
        raise Damaged("offsets of a batch do not ascend")
    return starts


# ---- the catalogue


class LabelSet:
    def __init__(self, model, labels):
        self.model = model
        self.labels = labels

    def label(self, class_id):
        return self.labels.get(class_id, str(class_id))


ESCAPES = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|(.))")
PLAIN = {"n": "\n", "t": "\t"}


def unquoted(value):
    if not value.startswith('"'):
        return value
    value = ESCAPES.sub(lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else PLAIN.get(m[3], m[3]), value[1:-1])
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def read_label_set(directory, name):
    """None when it is missing."""
    try:
        with open(os.path.join(directory, "catalogue", name + ".yaml"), "rb") as file:
            content = file.read(MAX_LABEL_SET + 1)
    except FileNotFoundError:
        return None
    fields = {}
    for line in content.decode("utf-8").split("\n"):
        key, colon, value = line.partition(": ")
        if colon:
            fields[key] = unquoted(value)
    digest = hashlib.sha256(content).hexdigest()[:16]
    if digest != name:
        raise Refused(f"catalogue/{name}.yaml is damaged: its content is that of {digest}")
    if fields.get("format") != "sightlog label set 1":
        raise Refused(f"catalogue/{name}.yaml is not a label set of version 1")
    labels = {int(key[6:]): value for key, value in fields.items() if key.startswith("label.")}
    return LabelSet(fields.get("model", ""), labels)


class Catalogue:
    def __init__(self, directory):
        self.directory = directory
        self.known = {}
        self.missing = set()

    def of(self, event):
        """The labels of an event: its own, those of its label set, or None."""
        if LABELS in event.sections or MODEL in event.sections:
            labels = {}
            for line in event.text(LABELS).split("\n"):
                class_id, tab, label = line.partition("\t")
                if tab:
                    labels[int(class_id)] = label
            return LabelSet(event.text(MODEL), labels)
        if not any(event.label_set):
            return None
        name = event.label_set.hex()
        if name not in self.known:
            found = read_label_set(self.directory, name)
            if found is None:
                if name not in self.missing:
                    print(f"missing {name}: ids are shown in place of labels", file=sys.stderr)
                self.missing.add(name)
                return None
            self.known[name] = found
        return self.known[name]


# ---- NDJSON


JSON_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
TO_ESCAPE = re.compile(r'["\\\x00-\x1f]')


def quoted(text):
    return '"' + TO_ESCAPE.sub(lambda m: JSON_ESCAPES.get(m[0]) or f"\\u{ord(m[0]):04x}", text) + '"'


def plain(decimal):
    text = format(decimal, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=1 << 16)
def shortest(value, bits):
    """The shortest decimal that gives the same 32-bit float, in plain notation."""
    if value != value or value in (float("inf"), float("-inf")):
        return '"NaN"' if value != value else '"Infinity"' if value > 0 else '"-Infinity"'
    if value == 0:
        return "-0" if bits >> 31 else "0"
    magnitude = bits & 0x7FFFFFFF
    low, high = (Fraction(between(magnitude - 1, magnitude)), Fraction(between(magnitude, magnitude + 1)))
    exact = Decimal(abs(value))

    def same(decimal):
        return low < decimal < high or magnitude % 2 == 0 and decimal in (low, high)

    for digits in range(1, 10):
        candidates = []
        for rounding in (ROUND_FLOOR, ROUND_CEILING):
            candidate = Context(prec=digits, rounding=rounding).plus(exact)
            if same(Fraction(candidate)):
                last_is_odd = candidate.as_tuple().digits[-1] % 2 if len(candidate.as_tuple().digits) == digits else 0
                candidates.append((abs(Fraction(candidate) - Fraction(exact)), last_is_odd, candidate))
        if candidates:
            return ("-" if value < 0 else "") + plain(min(candidates)[2])
    raise AssertionError("nine digits are always enough")


def between(a, b):
    """Halfway between two floats given by their bits; behind the largest one, as if the exponent went on."""
    x, y = struct.unpack("<2f", struct.pack("<2I", a, min(b, 0x7F7FFFFF)))
    return (x + y) / 2 if b <= 0x7F7FFFFF else x + (x - struct.unpack("<f", struct.pack("<I", a - 1))[0]) / 2


def float_text(value):
    return shortest(value, struct.unpack("<I", struct.pack("<f", value))[0])


def rfc3339(nanos):
    seconds, fraction = divmod(nanos, 1_000_000_000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{fraction:09d}Z"


def line(index, place, event, labels):
    """One event as one line of JSON."""
    out = [
        f'{{"index":"0x{index:x}","place":{place},"kind":"{KINDS[event.kind]}"',
        f'"source":{quoted(event.text(SOURCE))}',
        f'"stream":{quoted(event.text(STREAM))}',
        f'"frame":{event.frame}',
        f'"positionNanos":"{event.position_nanos}"',
        f'"capturedNanos":"{event.captured_nanos}"',
        f'"appendedNanos":"{event.appended_nanos}"',
        f'"decodeNanos":"{event.decode_nanos}"',
        f'"inferNanos":"{event.infer_nanos}"',
        f'"capturedAt":"{rfc3339(event.captured_nanos)}"',
        f'"width":{event.width}',
        f'"height":{event.height}',
        f'"digest":"{event.digest.hex() if any(event.digest) else ""}"',
        f'"model":{quoted(labels.model if labels else "")}',
        f'"labelSet":"{event.label_set.hex() if any(event.label_set) else ""}"',
        f'"producer":"{event.producer:016x}"',
        f'"sequence":"{event.sequence}"',
        '"detections":[' + ",".join(detection(d, labels) for d in event.detections) + "]",
    ]
    if event.kind == SKIP:
        out.append(f'"reason":{quoted(event.text(REASON))}')
    if event.kind == MESSAGE:
        out.append(f'"topic":{quoted(event.text(TOPIC))}')
        if BINARY in event.sections:
            out.append(f'"base64":"{base64.b64encode(event.sections[BINARY]).decode()}"')
        else:
            out.append(f'"text":{quoted(event.text(TEXT))}')
    return ",".join(out) + "}\n"


def detection(values, labels):
    class_id, confidence, x, y, w, h, track_id = values
    label = quoted(labels.label(class_id) if labels else str(class_id))
    return (
        f'{{"classId":{class_id},"label":{label},"confidence":{float_text(confidence)},"x":{float_text(x)}'
        f',"y":{float_text(y)},"w":{float_text(w)},"h":{float_text(h)},"trackId":"{track_id}"}}'
    )


# ---- consumers


def holder(file):
    """Process id of whoever holds the record lock over the whole file, 0 for nobody."""
    shape = "hhqqi4x"
    lock = fcntl.fcntl(file, fcntl.F_GETLK, struct.pack(shape, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0))
    kind, _, _, _, pid = struct.unpack(shape, lock)
    return 0 if kind == fcntl.F_UNLCK else pid


def consumer(path):
    """state, index, place, pid of the holder."""
    with open(path, "rb") as file:
        data = file.read(4096)
        pid = holder(file)
    if len(data) < 4096 or data[:4] != b"SLCP" or INT.unpack_from(data, 4)[0] != 1:
        raise Refused(f"{path}: not a position file of version 1")
    slots = [data[at : at + 64] for at in (64, 128)]
    written = [slot for slot in slots if any(slot)]
    good = [slot for slot in written if INT.unpack_from(slot)[0] == crc32c(slot[4:40])]
    if not written:
        return 0, 0, 0, pid
    if not good:
        raise Refused(f"{path}: damaged, no slot is good")
    _, place, _, index, _, state = struct.unpack_from("<IIqqqI", max(good, key=lambda s: struct.unpack_from("<q", s, 8)))
    return state, index, place, pid


def print_consumers(directory):
    folder = os.path.join(directory, "consumers")
    for file in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        name, extension = os.path.splitext(file)
        if extension == ".position" and re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}", name):
            state, index, place, pid = consumer(os.path.join(folder, file))
            print(f"{name} {state} 0x{index:x} {place} {pid}")
    return 0


def print_events(directory, follow):
    out = sys.stdout.buffer
    catalogue = Catalogue(directory)
    code = 0
    for index, excerpt in excerpts(directory, follow):
        for place, event in events_of(excerpt):
            if isinstance(event, Damaged):
                print(f"damaged 0x{index:x}{f':{place}' if place else ''}: {event}", file=sys.stderr)
                code = 3
                continue
            out.write(line(index, place, event, catalogue.of(event)).encode("utf-8"))
            if follow:
                out.flush()
    out.flush()
    return 3 if catalogue.missing else code


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directory")
    parser.add_argument("--follow", action="store_true", help="do not end at the end")
    parser.add_argument("--consumers", action="store_true", help="print NAME STATE INDEX PLACE PID of every consumer")
    options = parser.parse_args()
    try:
        if options.consumers:
            return print_consumers(options.directory)
        return print_events(options.directory, options.follow)
    except (Refused, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())

"""A place in a cycle's file, moving over its documents in order, and over places at which they break off.

Headers have no checksum, and one that is wrong would lead astray, or to an early end. So what is inside a document is compared
with its header; where they do not agree, what follows decides which is right (docs/format.md, Breaks).
"""

from __future__ import annotations

from typing import Optional, Tuple

from . import _event_check
from ._cycle import CycleFile
from ._format import (
    BATCH_BYTES, DOCUMENT, END_OF_CYCLE, EVENT_BYTES, HEADER, IN_PROGRESS, LENGTH, MAGIC, MAX_DOCUMENT_BYTES,
    MAX_EVENT_BYTES, METADATA, SEQUENCE_MASK, next_document,
)  # fmt: skip
from ._jumps import Jumps, budget, find_event, own_length

NOTHING = 0  # nothing is written here yet
DATA = 1  # a document is here: payload and length are its
ENDED = 2  # the cycle has ended: the next event is in another file
BROKEN = 3  # what is here leads nowhere, or the file says that there is more than can be found from here
_AGAIN = -1

# Up to here in a page, a header and what is compared with it lie on that page.
_WHOLE_ON_PAGE = 4096 - DOCUMENT.size
# How many documents that are no events may follow one another.
_LOOK_AHEAD = 1 << 16
# How numbers by counting compare with what the file says.
# LOST: the file says a number of what lies after, but walking does not lead there, or only over what may be something else than
# it seems. LAST: the document in front is, so it says. CONTRADICTS: walking leads to a document of which it says another number.
UNKNOWN, AGREES, DISAGREES, LOST, LAST, CONTRADICTS = range(6)
_DECIDED = (AGREES, CONTRADICTS)


class Cursor:
    """One thread at a time."""

    __slots__ = (
        "file", "position", "sequence", "payload", "length", "kind", "believing", "doubted", "unnumbered",
        "_mapped", "_start", "_step", "_closely", "_careful", "_broken", "_led_to", "_judged", "_judged_to",
    )  # fmt: skip

    def __init__(self, file: CycleFile) -> None:
        self.file = file
        self._mapped = file.file
        self.position = 0  # byte at which the header is
        self.sequence = 0  # number of the document in its cycle, from 0
        self.payload = 0
        self.length = 0
        self.kind = 0  # of the event that is here, 0 when what is here says of itself that it is none
        self.believing = False  # lengths are, to see where that leads
        self.doubted = False  # one was that may be more than one document, or one that has a number
        self.unnumbered = False  # numbers count from the document that was begun at, whose number is not known
        self._step = 0
        self._start = 0  # of the document that was left last
        self._closely = False  # documents that say that they are events are looked at more closely
        self._careful = False  # all of them are checked
        # A document that must not be passed, its header, and what the file said of its end when that was found.
        self._broken = (-1, 0, 0)
        self._led_to = 0  # up to here documents that are no events lead to one that is, or to the end
        self._judged = UNKNOWN  # how the numbers of documents up to a byte agree with what the file says
        self._judged_to = 0

    def at(self, position: int, sequence: int) -> None:
        self.position = position
        self.sequence = sequence
        self._led_to = self._judged_to = 0

    def carefully(self, careful: bool) -> None:
        """From now on, or not any more, every document is checked, so that none is passed that leads over others."""
        self._careful = careful
        self._closely = careful or self._broken[0] >= 0

    def peek(self) -> int:
        """Looks at what is here, past index pages."""
        while True:
            position = self.position
            mapped = self._mapped
            # Not over the end of a page: where there is no document yet, the file may be cut there.
            if position & 4095 <= _WHOLE_ON_PAGE and mapped.given_from <= position and position + 20 <= mapped.given_to:
                header, magic, version, kind, total = DOCUMENT.unpack_from(mapped.memory, position)
                if magic == MAGIC and BATCH_BYTES <= header == total <= MAX_DOCUMENT_BYTES:
                    end = position + 4 + header
                    if end <= mapped.given_to or mapped.has(position, 4 + header):
                        self.payload = position + 4
                        self.length = header
                        self.kind = kind if version == 1 else 0
                        self._step = end + 3 & ~3
                        return self._closer(header) if self._closely else DATA
            header = self._header(position)
            found = self._end(header) if header in (0, END_OF_CYCLE) else self._doubtful(header)
            if found != _AGAIN:
                return found

    def _header(self, position: int) -> int:
        """0 where the file ends."""
        if not self._mapped.has(position, 4):
            return 0
        header: int = HEADER.unpack_from(self._mapped.memory, position)[0]
        return header & 0xFFFFFFFF

    def _end(self, header: int) -> int:
        """No document here, as it seems. What the file says of itself is written after the document."""
        position, file = self.position, self.file
        if file.claims_more(position, self.sequence) or (
            not self.believing and self._jumps().is_false_end(position, header)
        ):
            return BROKEN if self._header(position) == header else _AGAIN
        return ENDED if header == END_OF_CYCLE else NOTHING

    def _closer(self, header: int) -> int:
        """What says that it is an event: it may be passed when it is a sound one, or holds none, or the numbers say so."""
        if self._is_known_broken(header):
            return BROKEN
        if not self._careful or self._jumps().is_sound(self.position + 4, self.length) or self._may_pass(self.length, 1):
            return DATA
        return self._set_broken(header)

    def _is_known_broken(self, header: int) -> bool:
        return self.position == self._broken[0] and self._broken[1:] == (header, self.file.claimed_position())

    def _set_broken(self, header: int) -> int:
        self._broken = (self.position, header, self.file.claimed_position())
        self._closely = True
        return BROKEN

    def _may_pass_page(self, length: int) -> bool:
        """Over a page of the index, or the header of the file: only when no sound event lies in it, or the numbers say so."""
        return self.believing or not self._holds_event(length) or (not self.unnumbered and self._judge(length, 0) == AGREES)

    def _may_pass(self, length: int, counts: int) -> bool:
        """Over another document that is not sound.

        Only when what follows has the number that the file says, or, as far as it says none that can be reached, when no document
        with a sound event begins in it, and its length is borne out by what is inside, or nothing follows that would get a wrong
        number. counts: 1 when it has a number, else 0.
        """
        if self.believing:
            self.doubted |= self._holds_event(length) if counts else not self._is_gap(length)
            return True
        holds = self._holds_event(length)
        if self.unnumbered:
            return not holds and self._is_borne_out(length, counts)
        judged = self._judge(length, counts)
        if judged in (AGREES, DISAGREES, CONTRADICTS) or (holds and judged != LAST):
            return judged == AGREES
        return self._is_borne_out(length, counts) or (judged != LOST and self._is_last(length))

    def _is_borne_out(self, length: int, counts: int) -> bool:
        if counts == 0:
            return self._is_gap(length)
        payload = self.position + 4
        return self._mapped.has(payload, length) and _event_check.insides_bear_out(self._mapped.memory, payload, length)

    def _is_last(self, length: int) -> bool:
        """Whether no document is published after one."""
        header = self._header(next_document(self.position, length))
        return header == 0 or bool(header & IN_PROGRESS)

    def _jumps(self) -> Jumps:
        jumps: Optional[Jumps] = self.file.jumps
        if jumps is None:
            jumps = self.file.jumps = Jumps(self.file)
        return jumps

    def _holds_event(self, length: int) -> bool:
        return self._jumps().is_event_between(self.position + 4, next_document(self.position, length))

    def _judge(self, length: int, counts: int) -> int:
        position = self.position
        if position >= self._judged_to:
            end = next_document(position, length)
            self._judged, self._judged_to = _judge_numbers(self.file, self._jumps(), position, end, self.sequence + counts)
        return self._judged

    def back(self) -> bool:
        """Back to the document that was left last, which is not sound; False when it may be passed, and then it stays."""
        after = self.position
        self.position = self._start
        self.sequence -= 1
        if self._may_pass(self.length, 1):
            self.position = after
            self.sequence += 1
            return False
        self._set_broken(self._header(self.position))
        return True

    def _doubtful(self, header: int) -> int:
        """Any other header: an index page, somebody else's document, one that is being written, or damage."""
        if header & IN_PROGRESS and not self.file.claims_more(self.position, self.sequence):
            return self._end(header)
        if self._is_known_broken(header):
            return BROKEN
        found = self._document(header)
        return self._set_broken(header) if found == BROKEN else found

    def _document(self, header: int) -> int:
        length = header & LENGTH
        position = self.position
        there = 0 < length <= MAX_DOCUMENT_BYTES and self._mapped.has(position + 4, length)
        if there and self._says(position + 4, length):
            self._data(length)  # an event, whatever the flags of its header say
            return self._closer(header) if self._closely else DATA
        if there and position > 0 and self.file.is_index_page(position + 4, length):
            return self._pass(length) if self._may_pass_page(length) else BROKEN
        if there and position > 0 and self.file.has_page_name(position + 4, length):
            return BROKEN  # a page of another size: what its header leads to may lie behind events
        if there and position == 0:
            passes = self._is_plausible(next_document(0, length), 0, True) and self._may_pass_page(length)
            return self._pass(length) if passes else BROKEN
        return self._by_what_follows(length if there else 0, bool(header & METADATA))

    def _pass(self, length: int) -> int:
        """Over one that has no number."""
        self.position = next_document(self.position, length)
        return _AGAIN

    def _by_what_follows(self, length: int, metadata: bool) -> int:
        """The length of a sound event that leads to a document, whatever the header says.

        Else the shorter one of what the header and the event say that leads on: the longer one could skip some. At last that of a
        sound event.
        """
        own = self._own_length()
        sound = own != 0 and not self.believing and self._jumps().is_sound(self.position + 4, own)
        if sound and self._follows(own, False):
            return self._data(own)
        candidates = sorted(n for n in {own, length} if n)
        no_number = metadata and own == 0
        found = next((n for n in candidates if self._follows(n, no_number)), 0)
        if no_number:
            passes = found and (not self.unnumbered or self._is_gap(found)) and self._may_pass(found, 0)
            return self._pass(found) if passes else BROKEN
        if not found and length and self._leads_on(next_document(self.position, length)):
            found = length
        if found and not self.unnumbered and self._may_pass(found, 1):
            return self._data(found)
        return self._data(own) if sound else BROKEN

    def _is_gap(self, length: int) -> bool:
        """What is laid over a gap in a hole that needs no filler."""
        return length >= BATCH_BYTES and not any(self._mapped.memory[self.position + 4 : self.position + 4 + BATCH_BYTES])

    def _follows(self, length: int, unnumbered: bool) -> bool:
        there = next_document(self.position, length)
        return self._mapped.has(self.position + 4, length) and self._is_plausible(there, self.position, unnumbered)

    def _says(self, payload: int, length: int) -> bool:
        return length >= BATCH_BYTES and self.file.is_event(payload, length)

    def _data(self, length: int) -> int:
        self.payload = self.position + 4
        self.length = length
        self._step = next_document(self.position, length)
        self.kind = _event_check.kind(self._mapped.memory, self.payload, length)
        return DATA

    def _own_length(self) -> int:
        """What an event here says of its own size; 0 when there is none, or it cannot be."""
        if not self._mapped.has(self.position + 4, EVENT_BYTES):
            return 0
        return own_length(self._mapped.memory, self.position)

    def _is_plausible(self, there: int, start: int, unnumbered: bool) -> bool:
        """Whether a document begins there beyond doubt, or the file ends there and says so itself.

        That is: neither that there is more, nor that its last document is one that would be passed over. The document in front
        begins at start, and cannot be the last when it has no number.
        """
        header = self._header(there)
        if header in (0, END_OF_CYCLE):
            claimed = self.file.claimed_position()
            return not (claimed and claimed >= (start if unnumbered else start + 1))
        length = header & LENGTH
        if not 0 < length <= MAX_DOCUMENT_BYTES or not self._mapped.has(there + 4, length):
            return False
        return self._says(there + 4, length) or self.file.is_index_page(there + 4, length)

    def _leads_on(self, there: int) -> bool:
        """Whether documents that are no events, and hold none, lead to one that is, or to the end."""
        if self.position < self._led_to:
            return True
        before = self.position
        for _ in range(_LOOK_AHEAD):
            if self._is_plausible(there, before, False):
                self._led_to = there
                return True
            header = self._header(there)
            if not 0 < header <= MAX_DOCUMENT_BYTES or not self._mapped.has(there + 4, header):
                return False
            following = next_document(there, header)
            if not self.believing and self._jumps().is_event_between(there + 4, following):
                return False
            before, there = there, following
        return False

    def advance(self) -> None:
        """Moves past the document that peek found."""
        self._start = self.position
        self.position = self._step
        self.sequence += 1

    # Moving to a number

    def to(self, wanted: int, checked: bool = True) -> bool:
        """Moves to a document by its number; False when the cursor stands at the end then, or at a break."""
        self.carefully(False)
        self.to_indexed(wanted, checked)
        if checked and not self._careful and self.sequence < wanted:
            self.carefully(not self._leads_to_next())
        there = self._walk_to(wanted)
        self.carefully(False)
        return there

    def _leads_to_next(self) -> bool:
        """Whether walking on leads to the next number that the file says, where it says; True also when it says none."""
        file = self.file
        position, sequence = self.position, self.sequence
        entry = sequence // file.index_spacing + 1
        number, there = entry * file.index_spacing, file.entry(entry)
        if there == 0:
            number, there = file.counted_documents() - 1, file.claimed_position()
        leads = number < sequence or there < position or self.reaches(number, there)
        self.at(position, sequence)
        return leads

    def _walk_to(self, wanted: int) -> bool:
        while True:
            found = self.peek()
            if found == DATA and self.sequence < wanted:
                self.advance()
            elif found != BROKEN:
                return found == DATA
            else:
                broken = self.position, self.sequence
                if not self.resync() or self.sequence > wanted:
                    self.at(*broken)
                    return False

    def to_indexed(self, sequence: int, checked: bool) -> None:
        """Moves close before a number, by way of the index.

        checked: an entry must lie where walking from the one before it leads, so that no single wrong word gives a wrong number.
        """
        file = self.file
        most = file.file.size() // 8
        entry = min(sequence, most, file.last_index() - file.index_spacing) // file.index_spacing
        for n in range(entry, 0, -1):
            position = file.entry(n)
            if position > 0 and (not checked or self._leads_to(n - 1, position)):
                self.at(position, n * file.index_spacing)
                return
            if position > 0:
                self.carefully(True)  # something between the two is not what it seems, or one of them is not
        self.at(0, 0)

    def _leads_to(self, entry: int, position: int) -> bool:
        start = 0 if entry == 0 else self.file.entry(entry)
        if start == 0 and entry > 0:
            return False
        self.at(start, entry * self.file.index_spacing)
        return self.reaches((entry + 1) * self.file.index_spacing, position)

    def reaches(self, wanted: int, there: int) -> bool:
        """Walks on to a number, without passing a break; True when it is at that position then."""
        while self.sequence <= wanted and self.position <= there and self.peek() == DATA:
            if self.sequence == wanted:
                return self.position == there
            self.advance()
        return False

    def to_end(self) -> None:
        """Moves behind the last document there is, past breaks."""
        file = self.file
        self.carefully(False)
        position = file.claimed_position()
        sequence = file.claimed_number() & SEQUENCE_MASK
        known = position > 0 and position & 3 == 0 and file.claims_agree()
        header = self._header(position) if known else 0
        if known and 0 < header < METADATA:
            self.to_indexed(sequence, False)
            known = self.reaches(sequence, position)
        if known and 0 < header < METADATA:
            self.at(position, sequence)
        else:
            self.to_indexed(1 << 62, True)
        self.carefully(True)
        while True:
            found = self.peek()
            if found == DATA:
                self.advance()
            elif found != BROKEN or not self.resync():
                break
        self.carefully(False)

    # Behind a break

    def resync(self) -> bool:
        """Moves to where documents go on behind a break; False when nobody can say where, or with what number."""
        claimed = self.file.claimed_position()
        known = self.file.resync
        if known is None or known[:2] != (self.position, claimed):
            known = (self.position, claimed) + self._behind(claimed)
            self.file.resync = known
        if known[2] == 0:
            return False
        self.at(known[2], known[3])
        return True

    def _behind(self, claimed: int) -> Tuple[int, int]:
        """Position and number of the document there; the number comes from the index, or the file's last document."""
        file = self.file
        size = file.file.size()
        allowed = budget(size)
        cursor = Cursor(file)
        cursor.unnumbered = True
        cursor.carefully(True)
        entry = self.sequence // file.index_spacing  # those before it lie before the break
        file.file.give(self.position, size)
        at = find_event(file.file.memory, self.position + 4, size, True, allowed)
        while at >= 0:
            cursor.at(at, 0)
            entry = _entry_behind(file, entry, at)
            number = _number(file, cursor, entry, claimed)
            if number >= self.sequence:
                return at, number
            at = find_event(file.file.memory, max(at + 4, cursor.position), size, True, allowed)
        return 0, 0


def _number(file: CycleFile, cursor: Cursor, entry: int, claimed: int) -> int:
    """Of the document a cursor is at, by walking on to one whose number is known; -1 when there is none."""
    agree = file.claims_agree()
    packed = file.claimed_number()
    entry_position = file.raw_entry(entry) if entry < file.entries() else 0
    while cursor.peek() == DATA:
        if cursor.position == entry_position:
            return entry * file.index_spacing - cursor.sequence
        if agree and cursor.position == claimed:
            return (packed & SEQUENCE_MASK) - cursor.sequence
        cursor.advance()
    return -1


def _entry_behind(file: CycleFile, first: int, position: int) -> int:
    """The first entry of the index, from one on, that is at a position or behind it. Positions rise; there may be holes."""
    entry, entries = first, file.entries()
    while entry < entries:
        there = file.raw_entry(entry)
        following = file.raw_entry(entry + 1) if there >= position else 0
        if there >= position and (following == 0 or following > there):
            break
        entry += 1
    return entry


def _judge_numbers(file: CycleFile, jumps: Jumps, before: int, start: int, sequence: int) -> Tuple[int, int]:
    """Compares counting with what the file says: walks to the next documents whose numbers it knows.

    The document of that number begins at start, the one in front of it at before. One of these, and up to which byte that
    holds, for documents that lead there.
    """
    spacing = file.index_spacing
    following = max(1, (sequence + spacing - 1) // spacing)
    entries, judged, judged_to = 0, UNKNOWN, start
    for entry in range(following, following + 2):
        position = file.entry(entry) if judged not in _DECIDED else 0
        if position:
            entries += 1
            found, reached = _walk_to_number(file, jumps, start, sequence, position, entry * spacing)
            judged, judged_to = _either(judged, found), reached if found == AGREES else max(judged_to, reached)
    last = file.claimed_position()
    documents = file.counted_documents()
    if judged not in _DECIDED and entries < 2 and documents > sequence:
        found, reached = _walk_to_number(file, jumps, start, sequence, last, documents - 1)
        judged, judged_to = _either(judged, found), reached if found == AGREES else max(judged_to, reached)
    if judged == UNKNOWN and (entries > 0 or documents > sequence or file.last_index() - spacing >= sequence):
        judged = LOST
    elif judged == UNKNOWN and documents == sequence and last == before:
        judged = LAST
    return judged, judged_to


def _walk_to_number(file: CycleFile, jumps: Jumps, start: int, sequence: int, there: int, number: int) -> Tuple[int, int]:
    if there < start:
        return DISAGREES, start  # it would lie in the document in front
    probe = Cursor(file)
    probe.believing = True
    probe.at(start, sequence)
    while jumps.steps > 0 and probe.peek() == DATA:
        if probe.sequence >= number or probe.position >= there:
            if probe.position != there:
                return DISAGREES, probe.position
            agrees = LOST if probe.doubted else AGREES
            return agrees if probe.sequence == number else CONTRADICTS, probe.position
        probe.advance()
        jumps.steps -= 1
    return UNKNOWN, probe.position


def _either(one: int, other: int) -> int:
    """One that agrees is enough: another may be damaged itself."""
    return one if other == UNKNOWN or (other == LOST and one != UNKNOWN) else other

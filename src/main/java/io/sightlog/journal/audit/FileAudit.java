package io.sightlog.journal.audit;

import io.sightlog.event.Crc32c;
import io.sightlog.event.Event;
import io.sightlog.event.Memory;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import io.sightlog.journal.audit.Finding.Kind;
import io.sightlog.journal.internal.format.BatchLayout;
import io.sightlog.journal.internal.format.Cycles;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.Filler;
import io.sightlog.journal.internal.os.Disk;
import io.sightlog.journal.internal.os.FileView;
import io.sightlog.journal.internal.read.Breaks;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import io.sightlog.journal.internal.read.EventScan;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Goes over one cycle's file: its documents and the events in them; {@link IndexAudit} over what the file says of them. */
final class FileAudit {
    /** How far behind what was there at the start a file that is appended to is followed. */
    private static final long MOST_AHEAD = 256L << 20;

    private static final int PROGRESS_BYTES = 1 << 20;

    private final Audit audit;
    private final Event event;
    private final Crc32c checksum = new Crc32c();

    private final Path path;
    private final String name;
    private final int cycle;
    private final Roll roll;
    private long progressAt;
    /** Fillers since the last event, and how many sound events they keep. */
    private long fillers;

    private long firstFiller;
    private long fillersKeep;
    private int timeFindings;

    FileAudit(Audit audit, Event event, Path path, Roll roll, int cycle) {
        this.audit = audit;
        this.event = event;
        this.path = path;
        this.name = path.getFileName().toString();
        this.roll = roll;
        this.cycle = cycle;
    }

    /**
     * False when it is not there any more.
     *
     * @throws FileAccessException when it cannot be read; what was found before that was handed out
     */
    boolean run() {
        try (CycleFile file = CycleFile.tryOpen(path, cycle)) {
            if (file != null) {
                walk(file);
                tellFillers();
                return true;
            }
        } catch (DamageException e) {
            finding(Kind.FILE_HEADER, first(), null, e.getMessage() + saved(salvage()));
            return true;
        } finally {
            event.unwrap();
        }
        String lost = Breaks.lostHeader(path, audit.directory(), roll, cycle);
        if (lost != null) {
            finding(Kind.FILE_HEADER, first(), null, lost + saved(salvage()));
        } else if (!Disk.isThere(path)) {
            return false;
        } else {
            finding(
                    Kind.FILE_UNREADY,
                    null,
                    null,
                    "it has no header yet: a writer is making it, or died in making it; no event is in it");
        }
        return true;
    }

    private Position first() {
        return new Position(ExcerptIndex.of(cycle, 0), 0);
    }

    private void walk(CycleFile file) {
        IndexAudit says = new IndexAudit(this, file, cycle);
        CycleCursor cursor = file.start();
        cursor.carefully(true);
        long until = file.claimedPosition() + MOST_AHEAD;
        while (true) {
            int found = cursor.peek();
            if (found == CycleCursor.DATA) {
                document(file, cursor, says);
                cursor.advance();
                if (cursor.position() - progressAt >= PROGRESS_BYTES) {
                    progressAt = cursor.position();
                    audit.progress(PROGRESS_BYTES);
                    if (cursor.position() > until && until > 0) {
                        return; // it is appended to as fast as we read: what was there is seen
                    }
                }
            } else if (found == CycleCursor.BROKEN) {
                if (!broken(file, cursor)) {
                    says.pages(cursor, false);
                    return;
                }
            } else if (says.endIsSound(cursor)) {
                says.pages(cursor, true);
                return;
            }
        }
    }

    // Documents

    private void document(CycleFile file, CycleCursor cursor, IndexAudit says) {
        long index = cursor.index();
        if (!cursor.isHeaderSound()) {
            Position here = new Position(index, 0);
            finding(Kind.HEADER, here, here, "the header at byte " + cursor.position() + " is damaged");
        }
        says.document(cursor);
        if (!audit.isWanted(index)) {
            return;
        }
        long payload = cursor.payload();
        int length = cursor.length();
        if (Filler.isOne(payload, length)) {
            filler(file, cursor);
            return;
        }
        tellFillers();
        if (!BatchLayout.isBatch(payload, length)) {
            event(payload, length, index, 0);
            return;
        }
        String damage = BatchLayout.damage(payload, length, checksum);
        if (damage != null) {
            Position here = new Position(index, 0);
            long saved = salvage(file::address, cursor.position() + 4, cursor.position() + 4 + length);
            finding(Kind.EVENT, here, here, "a batch cannot be read: " + damage + saved(saved));
            return;
        }
        int count = Memory.getInt(payload + BatchLayout.COUNT);
        for (int place = 0; place < count; place++) {
            int from = BatchLayout.offset(payload, place);
            int to = place + 1 < count ? BatchLayout.offset(payload, place + 1) : length;
            event(payload + from, to - from, index, place);
        }
    }

    private void event(long payload, int length, long index, int place) {
        try {
            event.wrap(payload, length);
        } catch (UnreadableEventException e) {
            Position here = new Position(index, place);
            finding(Kind.EVENT, here, here, String.valueOf(e.getMessage()));
            return;
        }
        event.at(index, place);
        long nanos = event.appendedNanos();
        if (nanos < audit.lastStamp() || Math.floorDiv(nanos, 1_000_000L) < Cycles.startMillis(roll, cycle)) {
            if (timeFindings++ == 0) {
                Position here = new Position(index, place);
                String why = nanos < audit.lastStamp()
                        ? "was appended at " + nanos + ", before the event in front of it (" + audit.lastStamp() + ")"
                        : "was appended at " + nanos + ", before this file's time";
                finding(Kind.ORDER, here, null, why + "; the first such event of this file");
            }
        }
        audit.stamp(nanos);
        ownLabels(index, place);
        sections(index, place);
        audit.event(event, true);
    }

    private void ownLabels(long index, int place) {
        try {
            if (event.saysItself()) {
                event.labels();
            }
        } catch (UnreadableEventException e) {
            Position here = new Position(index, place);
            finding(Kind.OWN_LABELS, here, here, String.valueOf(e.getMessage()));
        }
    }

    private void sections(long index, int place) {
        try {
            event.checkSections();
        } catch (UnreadableEventException e) {
            Position here = new Position(index, place);
            finding(Kind.SECTION, here, here, String.valueOf(e.getMessage()));
        }
    }

    // Breaks

    private void filler(CycleFile file, CycleCursor cursor) {
        firstFiller = fillers++ == 0 ? cursor.sequence() : firstFiller;
        long at = cursor.position();
        fillersKeep += salvage(file::address, at, at + 4 + cursor.length());
    }

    /** Those that follow one another, at once. */
    private void tellFillers() {
        if (fillers > 0) {
            finding(
                    Kind.STRUCTURE,
                    new Position(ExcerptIndex.of(cycle, firstFiller), 0),
                    new Position(ExcerptIndex.of(cycle, firstFiller + fillers - 1), 0),
                    Filler.text(cycle, firstFiller, fillers) + saved(fillersKeep));
            fillers = 0;
            fillersKeep = 0;
        }
    }

    private boolean broken(CycleFile file, CycleCursor cursor) {
        tellFillers();
        long position = cursor.position();
        long sequence = cursor.sequence();
        boolean goesOn = cursor.resync();
        long saved = salvage(file::address, position, goesOn ? cursor.position() : file.size());
        Position last =
                goesOn ? new Position(ExcerptIndex.of(cycle, Math.max(sequence, cursor.sequence() - 1)), 0) : null;
        finding(
                Kind.STRUCTURE,
                new Position(ExcerptIndex.of(cycle, sequence), 0),
                last,
                "at byte " + position + ": " + Breaks.missing(file, position, sequence, cursor) + saved(saved));
        return goesOn;
    }

    private static String saved(long events) {
        return events == 0 ? "" : "; " + events + (events == 1 ? " sound event lies" : " sound events lie") + " there";
    }

    /** Hands out the sound events of a file that has no header. */
    private long salvage() {
        try (FileView view = new FileView(path)) {
            return salvage(view::address, 0, view.size());
        } catch (NoSuchFileException e) {
            return 0; // gone
        } catch (IOException e) {
            throw FileAccessException.of("cannot read " + path, e);
        }
    }

    private long salvage(EventScan.Bytes bytes, long from, long to) {
        long events = 0;
        EventScan scan = new EventScan(bytes, to);
        for (long at = scan.next(Math.max(0, from), false); at >= 0; ) {
            int total = scan.totalBytes();
            long payload = scan.payload();
            if (BatchLayout.isBatch(payload, total)) {
                int count = Memory.getInt(payload + BatchLayout.COUNT);
                for (int place = 0; place < count; place++) {
                    int offset = BatchLayout.offset(payload, place);
                    int end = place + 1 < count ? BatchLayout.offset(payload, place + 1) : total;
                    events += salvaged(payload + offset, end - offset);
                }
            } else {
                events += salvaged(payload, total);
            }
            at = scan.next(
                    at + total, false); // after one in a batch that has lost its beginning the next has no header
        }
        return events;
    }

    private int salvaged(long payload, int length) {
        try {
            event.wrap(payload, length);
        } catch (UnreadableEventException e) {
            return 0;
        }
        event.at(ExcerptIndex.of(cycle, 0), 0);
        audit.event(event, false);
        return 1;
    }

    void finding(Kind kind, @Nullable Position first, @Nullable Position last, @Nullable String text) {
        audit.finding(new Finding(kind, name, first, last, String.valueOf(text)));
    }
}

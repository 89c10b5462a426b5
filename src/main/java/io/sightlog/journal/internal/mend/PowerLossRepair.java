package io.sightlog.journal.internal.mend;

import io.sightlog.event.Memory;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.format.CycleHead;
import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.Filler;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.os.Device;
import io.sightlog.journal.internal.read.Breaks;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sets a cycle right that was being written when the machine stopped. Of its pages some are then as they were last, and some as
 * they were before: the header may count documents that are not there, and there may be documents after a hole, where no
 * reader comes. Both would have the library append where nothing is found.
 *
 * <p>What a reader reaches stays, with {@link Fillers} over the holes it passes; after that all is cleared, and the header is set
 * to that. Under the write lock only.
 */
public final class PowerLossRepair {
    private static final int MAX_HEADER_BYTES = 4096;

    private PowerLossRepair() {}

    /**
     * The newest cycles, back to one that has ended, and older ones whose last document is not there.
     *
     * @param device on which what is filled is made to last, step by step
     * @param notice gets a line for people about what is lost
     */
    public static void mend(JournalDirectory directory, Roll roll, Device device, Consumer<String> notice)
            throws IOException {
        int[] cycles = directory.cycles(roll);
        boolean ended = false;
        for (int i = cycles.length - 1; i >= 0; i--) {
            Path path = directory.cycleFile(roll, cycles[i]);
            boolean restored = restoreHead(path, roll);
            try (CycleFile file = open(path, cycles[i])) {
                // a file that was cut was not cut by a loss of power: it stays as it is, and is refused
                if (file != null && !(ended && hasLast(file)) && !isCut(file)) {
                    ended |= mend(file, restored, device, notice);
                }
            }
        }
    }

    private static @Nullable CycleFile open(Path path, int cycle) {
        try {
            return CycleFile.tryOpen(path, cycle);
        } catch (FileAccessException e) {
            throw e; // what was not read is not mended
        } catch (JournalException e) {
            return null; // damaged: reported to whoever reads there
        }
    }

    /** @return whether it has ended, and stays as it is */
    private static boolean mend(CycleFile file, boolean restored, Device device, Consumer<String> notice)
            throws IOException {
        long last = 0;
        long claimed = file.claimedPosition();
        long counted = file.countedDocuments();
        boolean isThere = false;
        CycleCursor cursor = file.start();
        cursor.carefully(true);
        List<Hole> holes = new ArrayList<>();
        int found = cursor.peek();
        while (found == CycleCursor.DATA || (found == CycleCursor.BROKEN && passed(cursor, holes))) {
            if (found == CycleCursor.DATA) {
                last = cursor.position();
                isThere |= last == claimed && (counted == 0 || counted == cursor.sequence() + 1);
                cursor.advance();
            }
            found = cursor.peek();
        }
        if (found == CycleCursor.ENDED) {
            return true;
        }
        long end = cursor.position();
        long count = cursor.sequence();
        if ((holes.isEmpty() ? end : holes.get(0).from()) <= file.index().root()) {
            return false; // what stands before all events is damaged, by something else: it stays as it is
        }
        List<Fillers> all = new ArrayList<>();
        for (Hole hole : holes) {
            Fillers over = Fillers.over(file, hole);
            if (over != null) {
                all.add(over);
                tell(file, "those from ", over, notice);
            }
        }
        Fillers behind = Fillers.behind(file, end, count);
        if (behind != null) {
            all.add(behind);
            tell(file, "all from ", behind, notice);
        } else {
            tell(file, "all from ", count, file.claimedDocuments() - count, 0, notice);
        }
        lay(file, all, device);
        if (behind == null) {
            set(file, end, end, last, count, restored || !isThere);
        } else {
            Hole laid = behind.hole();
            set(file, end, laid.to(), behind.last(), count + laid.documents(), true);
        }
        return false;
    }

    private static void lay(CycleFile file, List<Fillers> all, Device device) throws IOException {
        if (all.isEmpty()) {
            return;
        }
        try (RandomAccessFile out = new RandomAccessFile(file.file().toFile(), "rw")) {
            for (Fillers fillers : all) {
                fillers.hide(out);
            }
            device.sync(out, file.file());
            for (Fillers fillers : all) {
                fillers.cover(out);
            }
            device.sync(out, file.file());
            boolean counted = false;
            for (Fillers fillers : all) {
                counted |= fillers.count(out);
            }
            if (counted) {
                device.sync(out, file.file());
            }
            for (Fillers fillers : all) {
                fillers.open(out);
            }
            device.sync(out, file.file()); // before what the file says of itself changes: numbers may hang on that
        }
    }

    private static void tell(CycleFile file, String which, Fillers fillers, Consumer<String> notice) {
        Hole hole = fillers.hole();
        tell(file, which, hole.sequence(), hole.documents(), fillers.events(), notice);
    }

    private static void tell(CycleFile file, String which, long from, long lost, long kept, Consumer<String> notice) {
        if (lost > 0) {
            notice.accept("the machine stopped before " + lost + " appends to " + file.file() + " were on its device: "
                    + which + "0x" + Long.toHexString(ExcerptIndex.of(file.cycle(), from)) + " on are lost"
                    + (kept == 0 ? "" : ", but for " + kept + " that sightlog recover saves"));
        }
    }

    /** Moves past a break; false when it cannot. */
    private static boolean passed(CycleCursor cursor, List<Hole> holes) {
        long from = cursor.position();
        long sequence = cursor.sequence();
        boolean passed = cursor.resync();
        if (passed) {
            holes.add(new Hole(from, cursor.position(), sequence, cursor.sequence() - sequence));
        }
        return passed;
    }

    /** Whether the last document, as the file says, does not end in it. */
    private static boolean isCut(CycleFile file) {
        long last = file.claimedPosition();
        long at = file.address(last, 4);
        long bytes = at == 0 ? 0 : DocumentHeader.length(Memory.getIntAcquire(at));
        return last + 4 + (bytes > CycleCursor.MAX_DOCUMENT_BYTES ? 0 : bytes)
                > file.size(); // no document: damage, or a hole half filled
    }

    /**
     * The header and the first page of the index stand before all documents: without them nothing of the file can be read.
     *
     * @return whether the header was lost: then its numbers begin anew, and entries of the index may be ahead of them
     */
    private static boolean restoreHead(Path path, Roll roll) {
        ByteBuffer head = ByteBuffer.wrap(CycleHead.of(roll)).order(ByteOrder.LITTLE_ENDIAN);
        int page = CycleHead.firstPage(roll);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            if (file.length() < head.limit()) {
                return false;
            }
            int header = Integer.reverseBytes(file.readInt());
            boolean lost = !DocumentHeader.isComplete(header) && Breaks.holdsEvents(path);
            if (lost) {
                restoreHeader(file, head.array());
            } else if (header != head.getInt(0)) {
                return false; // the header comes first, and is looked at elsewhere
            }
            file.seek(page);
            if (file.readInt() == 0) {
                file.seek(page);
                file.write(head.array(), page, head.limit() - page);
            }
            return lost;
        } catch (IOException e) {
            throw FileAccessException.of("cannot set right " + path, e);
        }
    }

    /** Its first page was lost with the power, and events were not. The header last. */
    private static void restoreHeader(RandomAccessFile file, byte[] head) throws IOException {
        file.seek(4);
        file.write(head, 4, MAX_HEADER_BYTES - 4);
        file.seek(0);
        file.write(head, 0, 4);
    }

    private static boolean hasLast(CycleFile file) {
        long at = file.address(file.claimedPosition(), 4);
        int header = at == 0 ? 0 : Memory.getIntAcquire(at);
        long payload = header <= 0 || header > CycleCursor.MAX_DOCUMENT_BYTES
                ? 0
                : file.address(file.claimedPosition() + 4, header);
        return payload != 0 && !Filler.isOne(payload, header);
    }

    /**
     * Clears what is past the end, and makes the file say that it is the end.
     *
     * @param reached byte up to which documents could be followed: pages of the index after it are none any more
     * @param last byte of the last document
     * @param changed whether what the file says of itself is not just behind, as after the death of a process
     */
    private static void set(CycleFile of, long reached, long end, long last, long count, boolean changed)
            throws IOException {
        PartialWrites.clear(of.file(), end, Long.MAX_VALUE);
        try (RandomAccessFile file = new RandomAccessFile(of.file().toFile(), "rw")) {
            CycleWords.forgetPages(file, of, reached);
            if (of.claimedPosition() <= last && !changed) {
                return;
            }
            CycleWords.forgetEntries(file, of, count, Long.MAX_VALUE);
            CycleWords.setLastIndex(file, of, count);
            CycleWords.setLast(file, of, last, count);
        }
    }
}

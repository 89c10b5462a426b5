package io.sightlog.journal;

import io.sightlog.event.Memory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Sets a cycle right that was being written when the machine stopped. Of its pages some are then as they were last, and some as
 * they were before: the header may count documents that are not there, and there may be documents behind a hole, where no
 * reader comes. Both would have the library append where nothing is found.
 *
 * <p>What a reader reaches stays, breaks that it tells of included; behind that all is cleared, and the header is set to that. Under
 * the write lock only.
 */
final class AfterReboot {
    private static final int MAX_HEADER_BYTES = 4096;

    private AfterReboot() {}

    /**
     * The newest cycles, back to one that has ended, and older ones whose last document is not there.
     *
     * @param notice told, in a line for people, what is lost
     */
    static void mend(JournalDirectory directory, Roll roll, Consumer<String> notice) throws IOException {
        int[] cycles = directory.cycles(roll);
        boolean ended = false;
        for (int i = cycles.length - 1; i >= 0; i--) {
            Path path = directory.cycleFile(roll, cycles[i]);
            boolean restored = !ended && restoreHead(path, roll);
            long end;
            long last = 0;
            long count = 0;
            try (CycleFile file = CycleFile.tryOpen(path, cycles[i])) {
                if (file == null) {
                    continue;
                }
                if ((ended && hasLast(file)) || isCut(file)) {
                    continue; // a file that was cut was not cut by a loss of power: it stays as it is, and is refused
                }
                Cursor cursor = file.start();
                int found = cursor.peek();
                while (found == Cursor.DATA || (found == Cursor.BROKEN && cursor.resync())) {
                    if (found == Cursor.DATA) {
                        last = cursor.position();
                        cursor.advance();
                    }
                    found = cursor.peek();
                }
                if (found == Cursor.ENDED) {
                    ended = true;
                    continue;
                }
                end = cursor.position();
                count = cursor.sequence();
                long lost = file.claimedDocuments() - count;
                if (lost > 0) {
                    notice.accept("the machine stopped before " + lost + " appends to " + path
                            + " were on its device: all from 0x" + Long.toHexString(Roll.index(cycles[i], count))
                            + " on are lost");
                }
            } catch (JournalException e) {
                continue; // damaged: whoever reads there is told
            }
            mend(path, end, last, count, restored);
        }
    }

    /** Whether the last document, as the file says, does not end in it. */
    private static boolean isCut(CycleFile file) {
        long last = file.claimedPosition();
        long at = file.address(last, 4);
        long bytes = at == 0 ? 0 : Memory.getIntAcquire(at) & CycleFile.LENGTH;
        return last + 4 + bytes > file.size();
    }

    /**
     * The header and the first page of the index stand before all documents: without them nothing of the file can be read.
     *
     * @return whether the header was lost: then its numbers begin anew, and entries of the index may be ahead of them
     */
    private static boolean restoreHead(Path path, Roll roll) throws IOException {
        ByteBuffer head = ByteBuffer.wrap(CycleHead.of(roll)).order(ByteOrder.LITTLE_ENDIAN);
        int page = CycleHead.firstPage(roll);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            if (file.length() < head.limit()) {
                return false;
            }
            int header = Integer.reverseBytes(file.readInt());
            boolean lost = (header == 0 || (header & CycleFile.IN_PROGRESS) != 0) && Breaks.holdsEvents(path);
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
        return at != 0 && Memory.getIntAcquire(at) != 0;
    }

    private static void mend(Path path, long end, long last, long count, boolean restored) throws IOException {
        Leftovers.clear(path, end, Long.MAX_VALUE);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            byte[] bytes = new byte[(int) Math.min(MAX_HEADER_BYTES, file.length())];
            file.readFully(bytes);
            ByteBuffer head = ByteBuffer.allocateDirect(bytes.length).order(ByteOrder.LITTLE_ENDIAN);
            head.put(0, bytes);
            long from = Memory.addressOf(head);
            long to = from + bytes.length;
            int writePosition = (int) (WireBytes.boundArray(WireBytes.field(from, to, "writePosition"), to) - from);
            int index2Index = (int) (WireBytes.boundLong(WireBytes.field(from, to, "index2Index"), to) - from);
            if (head.getLong(writePosition) <= last && !restored) {
                clearIndex(file, head.getLong(index2Index), end, Long.MAX_VALUE);
                return; // it is behind, as after the death of a process
            }
            int lastIndex = (int) (WireBytes.boundLong(WireBytes.field(from, to, "lastIndex"), to) - from);
            long spacing = WireBytes.number(WireBytes.field(from, to, "indexSpacing"), to);
            long indexed = (count + spacing - 1) / spacing;
            clearIndex(file, head.getLong(index2Index), end, indexed);
            write(file, lastIndex, Math.min(head.getLong(lastIndex), indexed * spacing));
            write(file, writePosition + 8, count == 0 ? 0 : (last << Roll.SEQUENCE_BITS) | (count - 1));
            write(file, writePosition, last);
        }
    }

    /** Entries of documents that are not there, and pages that lie behind the end or were lost. */
    private static void clearIndex(RandomAccessFile file, long index2Index, long end, long indexed) throws IOException {
        long pages = values(file, index2Index, end);
        long capacity = pages == 0 ? 0 : read(file, pages - 16);
        for (long page = 0; page < capacity && page < read(file, pages - 8); page++) {
            long values = values(file, read(file, pages + 8 * page), end);
            if (values == 0) {
                write(file, pages + 8 * page, 0);
                continue;
            }
            for (long slot = Math.max(0, indexed - page * capacity);
                    slot < Math.min(capacity, read(file, values - 8));
                    slot++) {
                write(file, values + 8 * slot, 0);
            }
        }
    }

    /** Where the values of an index page are, 0 when there is none. */
    private static long values(RandomAccessFile file, long document, long end) throws IOException {
        if (document <= 0 || (document & 3) != 0 || document >= end) {
            return 0;
        }
        file.seek(document);
        if (file.readInt() == 0) {
            return 0;
        }
        file.seek(document + 5);
        long name = file.readUnsignedByte();
        long at = document + 6 + name;
        while (at % 8 != 7) {
            at++;
        }
        return at + 1 + 16;
    }

    private static long read(RandomAccessFile file, long at) throws IOException {
        file.seek(at);
        return Long.reverseBytes(file.readLong());
    }

    private static void write(RandomAccessFile file, long at, long value) throws IOException {
        file.seek(at);
        file.writeLong(Long.reverseBytes(value));
    }
}

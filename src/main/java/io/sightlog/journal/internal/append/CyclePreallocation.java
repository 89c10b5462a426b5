package io.sightlog.journal.internal.append;

import io.sightlog.event.EventLayout;
import io.sightlog.event.Memory;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.format.CycleHead;
import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.WireBytes;
import io.sightlog.journal.internal.os.Disk;
import io.sightlog.journal.internal.os.IoReason;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The cycle's file that a writer appends to, and how far ahead of it there are blocks. What the library writes through its
 * mapping has blocks before, so a full disk is an exception here and not a fault there. Under the write lock only.
 *
 * <p>Steps grow with the file: 256 KiB at first, so that a quiet journal stays small, and up to 8 MiB, so that a busy one seldom asks.
 * There always remain blocks for an index page and the mark at the cycle's end.
 */
final class CyclePreallocation implements AutoCloseable {
    static final long SHORTEST_STEP = 256 << 10;

    private static final long LONGEST_STEP = 8 << 20;
    private static final int PAGE = 4096;
    private static final int MAX_HEADER_BYTES = 4096;

    private final Path path;
    private final RandomAccessFile file;
    private final CycleFile view;
    private final CycleCursor cursor;
    private final int reserve;
    private long allocated;
    private boolean closely;

    private CyclePreallocation(Path path, RandomAccessFile file, CycleFile view, int reserve) {
        this.path = path;
        this.file = file;
        this.view = view;
        this.cursor = view.start();
        this.reserve = reserve;
    }

    /**
     * Opens one that is complete.
     *
     * @throws IOException when there is no room, or no permission
     */
    static CyclePreallocation open(JournalDirectory directory, Roll roll, int cycle) throws IOException {
        Path path = directory.cycleFile(roll, cycle);
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        CyclePreallocation opened = null;
        CycleFile view = null;
        try {
            view = CycleFile.tryOpen(path, cycle);
            if (view == null) {
                throw new JournalException(
                        path + " is not complete, though it was made so: somebody else writes to it");
            }
            opened = new CyclePreallocation(path, file, view, CycleHead.pageBytes(roll) + 2 * PAGE);
            long end = endAsRead(file, path);
            end = end < 0 ? ~end : end;
            opened.allocate(0, end, end + opened.reserve); // also holes before: index pages have them
            return opened;
        } finally {
            if (opened == null || opened.allocated == 0) {
                file.close();
                if (view != null) {
                    view.close();
                }
            }
        }
    }

    int cycle() {
        return view.cycle();
    }

    /**
     * Makes sure that so much can be appended. Costs a few loads, but when a step is nearly over.
     *
     * @throws IOException when there is no room; nothing has changed then
     */
    void provide(int bytes) throws IOException {
        long last = view.claimedPosition();
        long at = view.address(last, 4);
        int header = at == 0 ? 0 : Memory.getIntAcquire(at);
        // after the last document there is at most a page of the index, for which there is a reserve
        if (header > 0 && last + 8 + header + bytes + 2L * reserve <= allocated && !closely) {
            return;
        }
        closely = false;
        long end = end();
        long needed = end + bytes + reserve;
        if (needed > allocated) {
            allocate(allocated, end, needed);
        }
    }

    /** After a death: the next time the end is looked for, since the file's own word may be one document behind. */
    void lookClosely() {
        closely = true;
    }

    /**
     * Where the next document begins: on from where it began last, or from what the file says is its last document, whichever is
     * farther, so that the appends of others are not walked over one by one.
     */
    private long end() {
        long last = view.claimedPosition();
        if (last > cursor.position() && (last & 3) == 0 && view.address(last, 4) != 0) {
            cursor.at(last, 0);
        }
        return cursor.endOfWritten();
    }

    private void allocate(long from, long end, long needed) throws IOException {
        long size = file.length();
        if (needed > size) {
            size = needed / CycleTrimmer.BLOCK * CycleTrimmer.BLOCK + NewCycle.BYTES;
            file.seek(size - 1);
            file.write(0); // never shorter than it was, as setting a length could make it
        }
        long step = Math.min(Math.max(SHORTEST_STEP, end / 4), LONGEST_STEP);
        long to = Math.min((needed + step + PAGE - 1) / PAGE * PAGE, size);
        try {
            Disk.allocate(file, path, from, end, to);
            allocated = to;
        } catch (IOException e) {
            Disk.allocate(file, path, from, end, needed); // perhaps for this one there is room
            allocated = needed;
        }
    }

    /**
     * Where the next document begins, found without a mapping: a load from a hole may need a block, too.
     *
     * @return that, or its complement when the cycle has ended there
     * @throws JournalException when a length leads nowhere
     * @throws FileAccessException when it cannot be read
     */
    private static long endAsRead(RandomAccessFile file, Path path) {
        try {
            return readToEnd(file, path);
        } catch (IOException e) {
            throw FileAccessException.of("cannot read " + path, e);
        }
    }

    private static long readToEnd(RandomAccessFile file, Path path) throws IOException {
        byte[] head = new byte[(int) Math.min(MAX_HEADER_BYTES, file.length())];
        file.seek(0);
        file.readFully(head);
        ByteBuffer direct = ByteBuffer.allocateDirect(head.length).put(head);
        long from = Memory.addressOf(direct);
        long field = WireBytes.field(from, from + head.length, "writePosition");
        long at = field == 0 ? 0 : Memory.getLong(WireBytes.boundArray(field, from + head.length));
        if (at < 0 || (at & 3) != 0 || at + 4 > file.length()) {
            at = 0; // a hint, and not a good one
        }
        while (at + 4 <= file.length()) {
            file.seek(at);
            int document = Integer.reverseBytes(file.readInt());
            if (document == 0 || document == DocumentHeader.END_OF_CYCLE) {
                return document == 0 ? at : ~at;
            }
            if (DocumentHeader.isInProgress(document)) {
                return at;
            }
            int bytes = DocumentHeader.length(document);
            if (bytes == 0 || bytes > EventLayout.MAX_EVENT_BYTES + PAGE) {
                throw new JournalException(path + " is damaged at byte " + at
                        + ": nothing can be appended past that; recover the journal into another one");
            }
            at = DocumentHeader.next(at, bytes);
        }
        return at;
    }

    /** Whether the mark at a cycle's end is set. */
    static boolean hasEnded(Path path) throws IOException {
        return end(path) < 0;
    }

    /** Where a writer begins the next document, or the mark at the cycle's end is. */
    static long nextDocument(Path path) throws IOException {
        long end = end(path);
        return end < 0 ? ~end : end;
    }

    private static long end(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            return endAsRead(file, path);
        }
    }

    /**
     * Blocks for the mark at the end of an older cycle, if it has none: the library sets it.
     *
     * @return whether it has one
     */
    static boolean provideEnd(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            long end = endAsRead(file, path);
            if (end >= 0) {
                Disk.allocate(file, path, 0, end, end + PAGE);
            }
            lengthen(file, end < 0 ? ~end : end);
            return end < 0;
        } catch (FileAccessException e) {
            throw e;
        } catch (JournalException e) {
            return false; // reported to whoever reads there
        }
    }

    /** As the library would, but under a lock of the kernel that whoever may only read could keep from it. */
    private static void lengthen(RandomAccessFile file, long end) {
        long bytes = end / CycleTrimmer.BLOCK * CycleTrimmer.BLOCK + NewCycle.BYTES;
        try {
            if (file.length() < bytes) {
                file.seek(bytes - 1);
                file.write(0); // never shorter than it was
            }
        } catch (IOException e) {
            // no room for that page: the library lengthens it without
        }
    }

    @Override
    public void close() {
        view.close();
        try {
            file.close();
        } catch (IOException e) {
            throw new JournalException("cannot close " + path + ": " + IoReason.of(e), e);
        }
    }
}

package io.sightlog.journal;

import io.sightlog.event.EventLayout;
import io.sightlog.event.Memory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lays {@link Filler}s over a hole in a cycle's file, as many as documents are missing there. Before, the numbers behind it are
 * known from what the file says elsewhere; the next loss of power may take that, and must not take what was seen onto the
 * device since. See docs/format.md, "After a loss of power".
 *
 * <p>Sound events in the hole stay, as fillers; pages of the index stay as they are. Under the write lock only.
 */
final class Fillers {
    private static final int HEADER = 4;
    private static final int SMALLEST = HEADER + Filler.LEAST_BYTES;
    private static final int LARGEST = HEADER + EventLayout.MAX_EVENT_BYTES;

    private final CycleFile file;
    private final RandomAccessFile out;
    private final Hole hole;
    /** Of the index, whole and in the hole: where they begin and end. */
    private final TreeMap<Long, Long> pages = new TreeMap<>();

    /**
     * Where documents cannot be followed.
     *
     * @param from byte at which that begins
     * @param to byte at which they go on
     * @param sequence number of the first that is missing
     * @param documents how many are missing
     */
    record Hole(long from, long to, long sequence, long documents) {}

    /** Who is shown what lies in the hole, in order. */
    private interface Parts {
        /** Nothing that can be read, and maybe no byte either. */
        default void gap(long from, long to) throws IOException {}

        default void event(long position, int bytes) throws IOException {}
    }

    private Fillers(CycleFile file, RandomAccessFile out, Hole hole) {
        this.file = file;
        this.out = out;
        this.hole = hole;
    }

    /**
     * What was laid.
     *
     * @param end byte behind it
     * @param last byte at which the last document of it begins
     * @param documents how many documents there are now
     * @param events how many sound events and batches they keep
     */
    record Laid(long end, long last, long documents, long events) {}

    /**
     * Lays them over a hole.
     *
     * @return null when they cannot be laid, and then nothing was changed
     */
    static @Nullable Laid over(CycleFile file, Hole hole) throws IOException {
        if (hole.documents > (hole.to - hole.from) / SMALLEST) {
            return null;
        }
        try (RandomAccessFile out = new RandomAccessFile(file.file().toFile(), "rw")) {
            Fillers fillers = new Fillers(file, out, hole);
            return fillers.findPages() ? fillers.lay() : null;
        }
    }

    /**
     * Lays them where no document can be reached any more: as many as the file says there were, or as there are sound events, and
     * as short as can be. Pages of the index that lie there are forgotten.
     *
     * @param from byte at which documents end
     * @param sequence how many there are before
     * @return null when there was nothing, or they cannot be laid, and then nothing was changed
     */
    static @Nullable Laid behind(CycleFile file, long from, long sequence) throws IOException {
        long claimed = Math.max(0, file.countedDocuments() - sequence);
        if (claimed > (file.claimedPosition() - from) / SMALLEST + 1) {
            claimed = 0; // so many cannot have been there
        }
        if (claimed == 0 && new EventScan(file::address, file.size()).next(from, true) < 0) {
            return null; // nothing was published: what is there is what a writer that died has begun
        }
        try (RandomAccessFile out = new RandomAccessFile(file.file().toFile(), "rw")) {
            Hole all = new Hole(from, file.size() & ~3L, sequence, claimed);
            Hole used = new Fillers(file, out, all).shortest();
            if (used.to > all.to || file.index2Index() >= from) {
                return null;
            }
            AfterReboot.clearIndex(out, file, from, Long.MAX_VALUE, Long.MAX_VALUE);
            return new Fillers(file, out, used).lay();
        }
    }

    /** What is left of this one when it ends with what must be in it. */
    private Hole shortest() throws IOException {
        long[] count = new long[3]; // events, fillers that have room between them, end of the last event
        count[2] = hole.from;
        parts(new Parts() {
            @Override
            public void gap(long from, long to) {
                count[1] += to < hole.to ? (to - from) / SMALLEST : 0;
            }

            @Override
            public void event(long position, int bytes) {
                count[0]++;
                count[2] = end(position, bytes);
            }
        });
        long documents = Math.max(hole.documents, count[0]);
        long more = Math.max(0, documents - count[0] - count[1]);
        return new Hole(hole.from, count[2] + more * SMALLEST, hole.sequence, documents);
    }

    private @Nullable Laid lay() throws IOException {
        long[] events = new long[1];
        parts(new Parts() {
            @Override
            public void event(long position, int bytes) {
                events[0]++;
            }
        });
        long needed = hole.documents - events[0];
        Layout tried = new Layout(needed, false);
        parts(tried);
        if (!tried.fits()) {
            return null;
        }
        int spacing = file.indexSpacing();
        AfterReboot.clearIndex(
                out,
                file,
                file.size(),
                (hole.sequence + spacing - 1) / spacing,
                (hole.sequence + hole.documents + spacing - 1) / spacing);
        Layout layout = new Layout(needed, true);
        parts(layout);
        layout.writeFirst();
        return new Laid(hole.to, layout.last, hole.documents, events[0]);
    }

    /** The pages of the index that lie there; false when one is damaged. One that was lost is nowhere any more. */
    private boolean findPages() throws IOException {
        long root = file.index2Index();
        if (root >= hole.from && root < hole.to) {
            return false;
        }
        long used = Math.min(file.used(root, "index2index"), file.indexCount());
        for (int n = 0; n < used; n++) {
            long page = file.page(n);
            if (page < hole.from || page >= hole.to) {
                continue;
            }
            int header = header(page);
            int bytes = header & CycleFile.LENGTH;
            long payload = bytes == 0 ? 0 : file.address(page + HEADER, bytes);
            boolean whole = (header & ~CycleFile.LENGTH) == CycleFile.METADATA
                    && payload != 0
                    && end(page, bytes) <= hole.to
                    && file.isIndexPage(payload, bytes);
            if (header != 0 && !whole) {
                return false;
            }
            if (whole) {
                pages.put(page, end(page, bytes));
            }
        }
        return true;
    }

    private int header(long position) {
        long at = (position & 3) != 0 ? 0 : file.address(position, HEADER);
        return at == 0 ? -1 : Memory.getIntAcquire(at);
    }

    private static long end(long position, int bytes) {
        return (position + HEADER + bytes + 3) & ~3L;
    }

    /** Shows what is in the hole: sound events, and what is between them. Of two that overlap the first counts. */
    private void parts(Parts parts) throws IOException {
        EventScan scan = new EventScan(file::address, hole.to);
        long gap = hole.from;
        long event = scan.next(gap, false);
        Map.Entry<Long, Long> page = pages.ceilingEntry(gap);
        while (page != null || event >= 0) {
            if (page != null && (event < 0 || page.getKey() <= event)) {
                parts.gap(gap, page.getKey());
                gap = page.getValue();
            } else {
                int bytes = scan.totalBytes();
                parts.gap(gap, event);
                parts.event(event, bytes);
                gap = end(event, bytes);
            }
            event = event >= 0 && event < gap ? scan.next(gap, false) : event;
            page = pages.ceilingEntry(gap);
        }
        parts.gap(gap, hole.to);
    }

    /** Covers the hole, or looks whether that can be done. The beginning is written last: until then the hole is one. */
    private final class Layout implements Parts {
        private final boolean writes;
        /** Fillers without an event, still to be laid. */
        private long needed;

        private boolean covered = true;
        private byte[] first = {};
        /** Where the last document begins. */
        private long last;

        Layout(long needed, boolean writes) {
            this.needed = needed;
            this.writes = writes;
        }

        boolean fits() {
            return covered && needed == 0;
        }

        @Override
        public void gap(long from, long to) throws IOException {
            long bytes = to - from;
            long fillers = Math.max(0, Math.min(bytes / SMALLEST, needed));
            needed -= fillers;
            covered &= bytes == 0 || (bytes > HEADER && bytes <= Math.max(1, fillers) * LARGEST);
            if (!writes || bytes == 0) {
                return;
            }
            if (fillers == 0) {
                put(from, skipped((int) bytes - HEADER));
            }
            long at = from;
            for (long left = fillers; left > 0; left--) {
                long size = Math.min(LARGEST, to - at - (left - 1) * SMALLEST);
                put(at, filler((int) size - HEADER));
                last = at;
                at += size;
            }
        }

        @Override
        public void event(long position, int bytes) throws IOException {
            if (writes) {
                byte[] head = new byte[HEADER + EventLayout.VERSION_OFFSET + 1];
                out.seek(position);
                out.readFully(head);
                ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).putInt(0, bytes);
                head[HEADER + EventLayout.VERSION_OFFSET] = Filler.VERSION;
                put(position, head);
                last = position;
            }
        }

        private void put(long position, byte[] bytes) throws IOException {
            if (position == hole.from) {
                first = bytes;
            } else {
                out.seek(position);
                out.write(bytes);
            }
        }

        void writeFirst() throws IOException {
            out.seek(hole.from);
            out.write(first);
        }
    }

    /** The beginning of a filler that keeps nothing. */
    private static byte[] filler(int bytes) {
        ByteBuffer head = ByteBuffer.allocate(SMALLEST).order(ByteOrder.LITTLE_ENDIAN);
        head.putInt(0, bytes);
        head.putInt(HEADER + EventLayout.MAGIC_OFFSET, EventLayout.MAGIC);
        head.putShort(HEADER + EventLayout.HEADER_BYTES_OFFSET, (short) Filler.LEAST_BYTES);
        head.putInt(HEADER + EventLayout.TOTAL_BYTES, bytes);
        return head.array();
    }

    /** The beginning of a document that has no number, and nothing in it. */
    private static byte[] skipped(int bytes) {
        ByteBuffer head = ByteBuffer.allocate(HEADER + Math.min(bytes, Filler.LEAST_BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        return head.putInt(0, CycleFile.METADATA | bytes).array();
    }
}

package io.sightlog.journal.internal.mend;

import io.sightlog.event.Memory;
import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.read.CycleFile;
import io.sightlog.journal.internal.read.CycleIndex;
import io.sightlog.journal.internal.read.EventScan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What lies in a hole: gaps, which may have no byte, and between them the rest. Of two that overlap the first counts. */
final class HoleScan {
    private final List<Piece> pieces = new ArrayList<>();
    private long documents;
    private boolean published;

    private long[] events = new long[16];
    private int count;

    HoleScan(CycleFile file, Hole hole, NavigableMap<Long, Long> pages) {
        EventScan scan = new EventScan(file::address, hole.to());
        long gap = hole.from();
        long event = scan.next(gap, false);
        Map.Entry<Long, Long> page = pages.ceilingEntry(gap);
        while (page != null || event >= 0) {
            if (page != null && (event < 0 || page.getKey() <= event)) {
                pieces.add(new Piece(Piece.Kind.GAP, gap, page.getKey(), page.getKey(), 0));
                pieces.add(new Piece(Piece.Kind.PAGE, page.getKey(), page.getValue(), page.getValue(), 0));
                gap = page.getValue();
                event = event >= 0 && event < gap ? scan.next(gap, false) : event;
            } else {
                long from = event;
                int found = count;
                published |= Memory.getIntAcquire(file.address(from, DocumentHeader.BYTES)) == scan.totalBytes();
                long to;
                do {
                    add(event);
                    to = event + DocumentHeader.BYTES + scan.totalBytes();
                    event = scan.next(to - DocumentHeader.BYTES, false);
                } while (event == to - DocumentHeader.BYTES);
                if (count - found > 1) {
                    pieces.add(new Piece(Piece.Kind.GAP, gap, from, to, 0));
                } else {
                    documents++;
                    pieces.add(new Piece(Piece.Kind.GAP, gap, from, from, 0));
                    pieces.add(new Piece(Piece.Kind.EVENT, from, to, to, 0));
                }
                gap = to;
            }
            page = pages.ceilingEntry(gap);
        }
        pieces.add(new Piece(Piece.Kind.GAP, gap, hole.to(), hole.to(), 0));
    }

    private void add(long event) {
        events = count == events.length ? Arrays.copyOf(events, 2 * count) : events;
        events[count++] = event;
    }

    long[] events() {
        return Arrays.copyOf(events, count);
    }

    List<Piece> pieces() {
        return pieces;
    }

    /** How many documents of their own there are in it. */
    long documents() {
        return documents;
    }

    /** Whether somebody has finished one of them. */
    boolean isPublished() {
        return published;
    }

    /** The pages of the index that lie in a hole, by where they begin, and their ends; null when one is damaged. */
    static @Nullable NavigableMap<Long, Long> pages(CycleFile file, Hole hole) {
        NavigableMap<Long, Long> pages = new TreeMap<>();
        long root = file.index().root();
        if (root >= hole.from() && root < hole.to()) {
            return null;
        }
        long used =
                Math.min(file.index().used(root, CycleIndex.ROOT), file.index().count());
        for (int n = 0; n < used; n++) {
            long page = file.index().page(n);
            long at = page < hole.from() || page >= hole.to() ? 0 : file.address(page, DocumentHeader.BYTES);
            boolean isAligned = (page & 3) == 0;
            int header = at == 0 || !isAligned ? 0 : Memory.getIntAcquire(at);
            if (at == 0 || (isAligned && header == 0)) {
                continue; // one that was lost is none any more
            }
            int bytes = DocumentHeader.length(header);
            boolean whole = DocumentHeader.isMetadata(header)
                    && !DocumentHeader.isInProgress(header)
                    && bytes <= file.index().largestPage()
                    && DocumentHeader.next(page, bytes) <= hole.to()
                    && file.index().isPage(file.address(page + DocumentHeader.BYTES, bytes), bytes);
            if (!whole) {
                return null;
            }
            pages.put(page, DocumentHeader.next(page, bytes));
        }
        return pages;
    }
}

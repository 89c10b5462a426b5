package io.sightlog.journal.internal.read;

import io.sightlog.event.EventLayout;
import io.sightlog.event.Memory;
import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.WireBytes;
import io.sightlog.journal.internal.os.FileView;

/**
 * The index of one cycle's file: where every so many-th document begins. Its entries are on pages, and a page of pages says where
 * those are. All of it may be wrong: a position is handed out as it stands there, or, by {@link #soundEntry}, when an event is there.
 */
public final class CycleIndex {
    /** What a page of entries calls itself. */
    public static final String PAGE = "index";
    /** What the page of pages calls itself. */
    public static final String ROOT = "index2index";

    private final FileView view;
    /** Where the file's first byte is mapped, with the words below. */
    private final long begin;

    private final long index2Index;
    private final long lastIndex;
    private final int count;
    private final int spacing;

    /**
     * @param begin address of the file's first byte
     * @param index2Index address of the word that says where the page of pages is
     * @param lastIndex address of the word that says which number is indexed next
     */
    CycleIndex(FileView view, long begin, long index2Index, long lastIndex, int count, int spacing) {
        this.view = view;
        this.begin = begin;
        this.index2Index = index2Index;
        this.lastIndex = lastIndex;
        this.count = count;
        this.spacing = spacing;
    }

    /** Every how many documents it has an entry. */
    public int spacing() {
        return spacing;
    }

    /** How many entries a page has, and how many pages there may be. */
    public int count() {
        return count;
    }

    /** The next number to be indexed. */
    public long lastIndex() {
        return Memory.getLongAcquire(lastIndex);
    }

    /** Byte at which {@link #lastIndex} is. */
    public long lastIndexAt() {
        return lastIndex - begin;
    }

    /** Where the page of pages is. */
    public long root() {
        return Memory.getLongAcquire(index2Index);
    }

    /** The most bytes a page of the index has. */
    public int largestPage() {
        return count * 8 + 64;
    }

    /** What the index has at a slot, unchecked; 0 when it has no such slot in use. */
    public long rawEntry(long n) {
        long page = page((int) Math.min(n / count, Integer.MAX_VALUE));
        return page == 0 ? 0 : slot(page, PAGE, (int) (n % count));
    }

    /** Where the n-th page of the index is, 0 when there is none. */
    public long page(int n) {
        return slot(root(), ROOT, n);
    }

    /** How many slots of a page are in use; -1 when there is no such page where it should be. */
    public long used(long page, String name) {
        long values = values(page, name);
        return values == 0 ? -1 : Memory.getLongAcquire(values - 8);
    }

    /** How many slots a page says it has. */
    public long capacity(long page, String name) {
        long values = values(page, name);
        return values == 0 ? -1 : Memory.getLong(values - 16);
    }

    /** Whether a document that begins here is a page of the index, by its name and size. */
    public boolean isPage(long payload, int bytes) {
        long after = pageName(payload, bytes);
        long values = after == 0 ? 0 : WireBytes.boundArrayOr0(after, payload + bytes);
        int more = bytes - count * 8;
        return values != 0
                ? values + count * 8L == payload + bytes
                : after != 0 && more >= 16 && more <= 64; // with damage in front of its values
    }

    /** One that has the name alone has a damaged header. */
    boolean hasPageName(long payload, int bytes) {
        return pageName(payload, bytes) != 0;
    }

    private static long pageName(long payload, int bytes) {
        long index = WireBytes.eventName(payload, payload + bytes, PAGE);
        return index != 0 ? index : WireBytes.eventName(payload, payload + bytes, ROOT);
    }

    /** The position the index has for its n-th entry; 0 when it has none that can be right. */
    long soundEntry(long n) {
        long page = slot(root(), ROOT, (int) (n / count));
        long position = page == 0 ? 0 : slot(page, PAGE, (int) (n % count));
        long header = position <= 0 || (position & 3) != 0 ? 0 : view.address(position, 4);
        if (header != 0) {
            view.fetch(position, EventLayout.HEADER_BYTES + 4);
        }
        int document = header == 0 ? 0 : Memory.getIntAcquire(header);
        return DocumentHeader.isExcerpt(document) && isEvent(position + 4, document) ? position : 0;
    }

    /** Whether what begins here says of itself that it is an event, or a batch, of this size. */
    private boolean isEvent(long position, int bytes) {
        long at = bytes < EventLayout.TOTAL_BYTES + 4 ? 0 : view.address(position, EventLayout.TOTAL_BYTES + 4);
        return at != 0
                && Memory.getInt(at + EventLayout.MAGIC_OFFSET) == EventLayout.MAGIC
                && Memory.getInt(at + EventLayout.TOTAL_BYTES) == bytes;
    }

    private long slot(long document, String name, int slot) {
        long values = slot >= count ? 0 : values(document, name);
        if (values != 0) {
            view.fetch(document + 8L * slot, 64 + 8);
        }
        return values != 0 && slot < Memory.getLongAcquire(values - 8) ? Memory.getLongAcquire(values + 8L * slot) : 0;
    }

    /** Where the values of a page of the index begin in the file; 0 when there is no such page where it should be. */
    public long valuesPosition(long page, String name) {
        long values = values(page, name);
        int header = values == 0 ? 0 : Memory.getIntAcquire(view.address(page, 4));
        return header == 0 ? 0 : values - view.address(page, 4) + page;
    }

    private long values(long document, String name) {
        int bytes = 64 + count * 8;
        long at = document <= 0 || (document & 3) != 0 ? 0 : view.address(document, bytes);
        if (at != 0) {
            view.fetch(document, 64);
        }
        long after = at == 0 ? 0 : WireBytes.eventName(at + 4, at + bytes, name);
        return after == 0 ? 0 : WireBytes.boundArrayOr0(after, at + bytes);
    }
}

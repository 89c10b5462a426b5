package io.sightlog.journal.internal.os;

import io.sightlog.event.Memory;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file mapped read-only in windows that overlap, so that every run of up to {@link #MAX_RUN} bytes lies in one piece. The
 * file may grow while it is viewed. Addresses stay valid until this is closed. One thread at a time.
 *
 * <p>A load from a page that the device cannot give is a fault, which the JVM raises late, or dies of. So the kernel is asked
 * for a stretch of the file before the first address in it is handed out: an error is a {@link FileAccessException} then. Where a
 * file is read in order, it is only asked for what is not in memory yet.
 */
public final class FileView implements AutoCloseable {
    static {
        IoReason.prepare();
    }

    /** The longest run of bytes that is always contiguous. */
    static final int MAX_RUN = 20 << 20;

    private static final int FETCH_BYTES = 4096;
    private static final int LOOKS_AT_STALE = 3;
    /** As much as is looked at past an end. */
    private static final int LOOK_BYTES = 64 << 10;

    private static final int PAGE = 4096;
    /** What the kernel is asked for at once, once a file is read in order. */
    private static final long LONGEST_STRETCH = 256 << 10;
    /** How far ahead somebody looks next who goes on in order. */
    private static final long NEAR = 64 << 10;

    private static final int WINDOW_BITS = 28;
    private static final int MAX_POSITION_BITS = 48;
    private static final long WINDOW = 1L << WINDOW_BITS;

    private final Path file;
    private FileChannel channel;
    private final List<MappedByteBuffer> mappings = new ArrayList<>();
    private long[] addresses = {};
    private long[] lengths = {};
    /** The newest mapping of each window. */
    private @Nullable MappedByteBuffer[] windows = {};

    private final FilePages pages;
    private @Nullable ByteBuffer fetched;

    /** The stretch that the kernel has given, in one window. */
    private long stretchFrom;

    private long stretchTo;
    /** Address of what would be the file's first byte, by the mapping of that window. */
    private long stretchBase;

    public FileView(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new JournalException(
                    "cannot read " + file + ": it is no file"); // a pipe would wait for its other end
        }
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
        this.pages = new FilePages(file);
    }

    public Path file() {
        return file;
    }

    public long size() {
        try {
            return uninterrupted((open, position, bytes) -> open.size(), 0, 0);
        } catch (IOException e) {
            throw FileAccessException.of("cannot ask the size of " + file, e);
        }
    }

    /** Where a run of bytes of the file is mapped, or 0 when the file does not reach that far (yet). */
    public long address(long position, int bytes) {
        if (position >= stretchFrom && position <= stretchTo - bytes) {
            return stretchBase + position;
        }
        return stretched(position, bytes);
    }

    private long stretched(long position, int bytes) {
        if (position >>> MAX_POSITION_BITS != 0) {
            return 0; // negative, or beyond what a file can have
        }
        if (bytes > MAX_RUN) {
            throw new IllegalArgumentException("bytes=" + bytes + " is more than " + MAX_RUN);
        }
        long size = size();
        if (position + bytes > size) {
            return 0;
        }
        int window = (int) (position >>> WINDOW_BITS);
        long start = (long) window << WINDOW_BITS;
        if (window >= addresses.length || position + bytes > start + lengths[window]) {
            map(window, start, Math.min(size - start, WINDOW + MAX_RUN));
        }
        stretch(window, position, position + bytes, Math.min(size, start + lengths[window]));
        return stretchBase + position;
    }

    /**
     * Moves the stretch, or makes it longer: twice as long each time, where a file is read in order, and no longer than asked
     * for where it is searched.
     */
    private void stretch(int window, long from, long to, long end) {
        long start = (long) window << WINDOW_BITS;
        long base = addresses[window] - start;
        boolean onwards = base == stretchBase && from >= stretchFrom && from <= stretchTo + NEAR;
        long first = onwards ? stretchTo : from & -PAGE;
        long step = onwards ? Math.min(stretchTo - stretchFrom, LONGEST_STRETCH) : 0;
        long last = Math.min(Math.max(to, first + step) + PAGE - 1 & -PAGE, end);
        long needed = Math.min(to + PAGE - 1 & -PAGE, end);
        try {
            if (step < LONGEST_STRETCH || !pages.areThere(windows[window], first - start, last - first)) {
                give(first, last);
            }
        } catch (FileAccessException e) {
            if (last == needed) {
                throw e;
            }
            give(first, needed); // what cannot be read lies farther on
            last = needed;
        }
        stretchFrom = onwards ? stretchFrom : first;
        stretchTo = last;
        stretchBase = base;
    }

    /** Has the kernel read what it has not yet; none of it is copied, but where there is no other way. */
    private void give(long from, long to) {
        for (long at = from; at < to; ) {
            try {
                long given = uninterrupted(NullDevice::give, at, to - at);
                if (given <= 0) {
                    throw new FileAccessException("cannot read " + file + ": it was cut to " + size() + " bytes", null);
                }
                at += given;
            } catch (IOException e) {
                throw FileAccessException.of("cannot read " + file + " at byte " + at, e);
            }
        }
    }

    /**
     * Has the kernel read again what seems to be damaged: the device, too, may give an error where it did not a while ago.
     *
     * @throws FileAccessException when it does
     */
    public void confirm(long position, int bytes) {
        long from = Math.max(0, position) & -PAGE;
        give(from, Math.max(from, Math.min(position + bytes, size())));
    }

    private void map(int window, long start, long length) {
        if (window >= addresses.length) {
            addresses = Arrays.copyOf(addresses, window + 1);
            lengths = Arrays.copyOf(lengths, window + 1);
            windows = Arrays.copyOf(windows, window + 1);
        }
        try {
            MappedByteBuffer mapping = mapping(start, length);
            mappings.add(mapping);
            addresses[window] = Memory.addressOf(mapping);
            lengths[window] = length;
            windows[window] = mapping;
        } catch (IOException e) {
            throw FileAccessException.of("cannot map " + file, e);
        }
    }

    /**
     * Brings bytes into memory that a search is about to look at, and little around them. A fault in the mapping would read
     * up to some megabytes ahead, once for every place that is looked at.
     */
    public void fetch(long position, int bytes) {
        if (fetched == null) {
            fetched = ByteBuffer.allocateDirect(FETCH_BYTES);
        }
        ByteBuffer into = fetched;
        try {
            for (long at = position; at < position + bytes; at += FETCH_BYTES) {
                long from = at;
                int length = (int) Math.min(FETCH_BYTES, position + bytes - from);
                uninterrupted((open, start, size) -> open.read(into.clear().limit((int) size), start), from, length);
            }
        } catch (IOException e) {
            throw FileAccessException.of("cannot read " + file, e);
        }
    }

    /**
     * Whether four bytes of the file, at a multiple of 4, are other ones than in its mapping, and stay so: an overlay file system
     * gives a file that is written to for the first time a copy of its own, and leaves those that mapped it before with the old one.
     */
    public boolean isStale(long position) {
        ByteBuffer read = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
        int differences = 0;
        boolean different = true;
        while (different && differences < LOOKS_AT_STALE) {
            long at = address(position, 4);
            int before = at == 0 ? 0 : Memory.getIntAcquire(at);
            try {
                uninterrupted((open, start, bytes) -> open.read(read.clear(), start), position, 4);
            } catch (IOException e) {
                throw FileAccessException.of("cannot read " + file, e);
            }
            different =
                    at != 0 && !read.hasRemaining() && read.getInt(0) != before && Memory.getIntAcquire(at) == before;
            differences++;
        }
        return different;
    }

    /**
     * The bytes from one on, read and not mapped, since a file may be cut past its end: up to a piece that holds nothing but 0, so
     * that they are few after a true end.
     *
     * @param marked how many of them are the mark of an end, which does not count
     * @param most how many at most
     */
    public ByteBuffer behind(long position, int marked, int most) {
        ByteBuffer all = ByteBuffer.allocateDirect(LOOK_BYTES);
        try {
            int from = marked;
            while (readAll(all, position) && hasContent(all, from) && all.capacity() < most) {
                from = all.position();
                all = ByteBuffer.allocateDirect(Math.min(most, 2 * from)).put(all.flip());
            }
            return hasContent(all, marked) ? all.flip() : all.limit(0);
        } catch (IOException e) {
            throw FileAccessException.of("cannot read " + file, e);
        }
    }

    /** Whether the file had enough to fill it. */
    private boolean readAll(ByteBuffer into, long position) throws IOException {
        while (into.hasRemaining()) {
            if (uninterrupted((open, at, bytes) -> open.read(into, at), position + into.position(), 0) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasContent(ByteBuffer bytes, int from) {
        for (int i = from; i < bytes.position(); i++) {
            if (bytes.get(i) != 0) {
                return true;
            }
        }
        return false;
    }

    private MappedByteBuffer mapping(long start, long length) throws IOException {
        MappedByteBuffer[] mapping = new MappedByteBuffer[1];
        uninterrupted(
                (open, position, bytes) -> {
                    mapping[0] = open.map(FileChannel.MapMode.READ_ONLY, position, bytes);
                    return bytes;
                },
                start,
                length);
        return mapping[0];
    }

    private interface Action {
        long on(FileChannel open, long position, long bytes) throws IOException;
    }

    /** An interrupt closes a channel that is in use. A reader on a thread that is being stopped must not break by it. */
    private long uninterrupted(Action action, long position, long bytes) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                interrupted |= Thread.interrupted();
                try {
                    return action.on(channel, position, bytes);
                } catch (ClosedByInterruptException e) {
                    channel = FileChannel.open(file, StandardOpenOption.READ);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        Arrays.fill(lengths, 0);
        stretchTo = 0;
        Arrays.fill(windows, null);
        mappings.forEach(Memory::free);
        mappings.clear();
        try {
            channel.close();
        } catch (IOException e) {
            throw new JournalException("cannot close " + file + ": " + IoReason.of(e), e);
        }
    }
}

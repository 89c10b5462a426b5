package io.sightlog.journal;

import io.sightlog.event.Memory;
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
 */
final class FileView implements AutoCloseable {
    /** The longest run of bytes that is always contiguous. */
    static final int MAX_RUN = 20 << 20;

    private static final int FETCH_BYTES = 4096;
    private static final int LOOKS_AT_STALE = 3;
    /** As much as is looked at behind an end. */
    private static final int LOOK_BYTES = 64 << 10;

    private static final int WINDOW_BITS = 28;
    private static final int MAX_POSITION_BITS = 48;
    private static final long WINDOW = 1L << WINDOW_BITS;

    private final Path file;
    private FileChannel channel;
    private final List<MappedByteBuffer> mappings = new ArrayList<>();
    private long[] addresses = {};
    private long[] lengths = {};
    private @Nullable ByteBuffer fetched;

    FileView(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException("it is no file"); // opening a pipe would wait for its other end
        }
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
    }

    Path file() {
        return file;
    }

    long size() {
        try {
            return uninterrupted(FileChannel::size);
        } catch (IOException e) {
            throw new JournalException("cannot ask the size of " + file + ": " + JournalDirectory.reason(e), e);
        }
    }

    /** Where a run of bytes of the file is mapped, or 0 when the file does not reach that far (yet). */
    long address(long position, int bytes) {
        if (position >>> MAX_POSITION_BITS != 0) {
            return 0; // negative, or beyond what a file can have
        }
        int window = (int) (position >>> WINDOW_BITS);
        if (window < addresses.length) {
            long offset = position & (WINDOW - 1);
            if (offset + bytes <= lengths[window]) {
                return addresses[window] + offset;
            }
        }
        return map(window, position, bytes);
    }

    private long map(int window, long position, int bytes) {
        if (bytes > MAX_RUN) {
            throw new IllegalArgumentException("bytes=" + bytes + " is more than " + MAX_RUN);
        }
        long size = size();
        if (position + bytes > size) {
            return 0;
        }
        long start = (long) window << WINDOW_BITS;
        long length = Math.min(size - start, WINDOW + MAX_RUN);
        if (window >= addresses.length) {
            addresses = Arrays.copyOf(addresses, window + 1);
            lengths = Arrays.copyOf(lengths, window + 1);
        }
        try {
            MappedByteBuffer mapping = uninterrupted(open -> open.map(FileChannel.MapMode.READ_ONLY, start, length));
            mappings.add(mapping);
            addresses[window] = Memory.addressOf(mapping);
            lengths[window] = length;
        } catch (IOException e) {
            throw new JournalException("cannot map " + file + ": " + JournalDirectory.reason(e), e);
        }
        return addresses[window] + (position - start);
    }

    /**
     * Brings bytes into memory that a search is about to look at, and little around them. A fault in the mapping would read
     * up to some megabytes ahead, once for every place that is looked at.
     */
    void fetch(long position, int bytes) {
        if (fetched == null) {
            fetched = ByteBuffer.allocateDirect(FETCH_BYTES);
        }
        ByteBuffer into = fetched;
        try {
            for (long at = position; at < position + bytes; at += FETCH_BYTES) {
                long from = at;
                int length = (int) Math.min(FETCH_BYTES, position + bytes - from);
                uninterrupted(open -> open.read(into.clear().limit(length), from));
            }
        } catch (IOException e) {
            throw new JournalException("cannot read " + file + ": " + JournalDirectory.reason(e), e);
        }
    }

    /**
     * Whether four bytes of the file, at a multiple of 4, are other ones than in its mapping, and stay so: an overlay file system
     * gives a file that is written to for the first time a copy of its own, and leaves those that mapped it before with the old one.
     */
    boolean isStale(long position) {
        ByteBuffer read = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
        int differences = 0;
        boolean different = true;
        while (different && differences < LOOKS_AT_STALE) {
            long at = address(position, 4);
            int before = at == 0 ? 0 : Memory.getIntAcquire(at);
            try {
                uninterrupted(open -> open.read(read.clear(), position));
            } catch (IOException e) {
                throw new JournalException("cannot read " + file + ": " + JournalDirectory.reason(e), e);
            }
            different =
                    at != 0 && !read.hasRemaining() && read.getInt(0) != before && Memory.getIntAcquire(at) == before;
            differences++;
        }
        return different;
    }

    /**
     * The bytes from one on, read and not mapped, since a file may be cut behind its end: up to a piece that holds nothing but 0, so
     * that they are few behind an end that is one.
     *
     * @param marked how many of them are the mark of an end, which does not count
     * @param most how many at most
     */
    ByteBuffer behind(long position, int marked, int most) {
        ByteBuffer all = ByteBuffer.allocateDirect(LOOK_BYTES);
        try {
            int from = marked;
            while (readAll(all, position) && hasContent(all, from) && all.capacity() < most) {
                from = all.position();
                all = ByteBuffer.allocateDirect(Math.min(most, 2 * from)).put(all.flip());
            }
            return hasContent(all, marked) ? all.flip() : all.limit(0);
        } catch (IOException e) {
            throw new JournalException("cannot read " + file + ": " + JournalDirectory.reason(e), e);
        }
    }

    /** Whether the file had enough to fill it. */
    private boolean readAll(ByteBuffer into, long position) throws IOException {
        while (into.hasRemaining()) {
            if (uninterrupted(open -> open.read(into, position + into.position())) < 0) {
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

    private interface Action<T> {
        T on(FileChannel open) throws IOException;
    }

    /** An interrupt closes a channel that is in use. A reader on a thread that is being stopped must not break by it. */
    private <T> T uninterrupted(Action<T> action) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                interrupted |= Thread.interrupted();
                try {
                    return action.on(channel);
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
        mappings.forEach(Memory::free);
        mappings.clear();
        try {
            channel.close();
        } catch (IOException e) {
            throw new JournalException("cannot close " + file + ": " + JournalDirectory.reason(e), e);
        }
    }
}

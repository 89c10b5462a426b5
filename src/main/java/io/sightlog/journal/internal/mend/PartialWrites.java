package io.sightlog.journal.internal.mend;

import io.sightlog.event.EventLayout;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.JournalIdentity;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Clears what a writer that died under the write lock had begun to write, after the last document there is. The library
 * lays its index pages over such bytes without clearing them, and they would be taken for positions.
 */
public final class PartialWrites {
    /** An event, or an index page, and what may lie between. */
    private static final long REACH = EventLayout.MAX_EVENT_BYTES + (1L << 20);

    private static final int CHUNK = 64 << 10;

    private PartialWrites() {}

    /**
     * Clears them in the newest cycle. Under the write lock only.
     *
     * @throws IOException when the file cannot be written
     */
    public static void clear(JournalDirectory directory, JournalIdentity identity, Roll roll) throws IOException {
        int[] cycles = directory.cycles(roll);
        for (int i = cycles.length - 1; i >= 0; i--) {
            Path path = directory.cycleFile(roll, cycles[i]);
            long end;
            try (CycleFile file = CycleFile.tryOpen(path, cycles[i])) {
                if (file == null) {
                    continue; // made, and not begun: what was appended last is in the one before
                }
                CycleCursor cursor = file.start();
                cursor.toEnd();
                if (cursor.peek() != CycleCursor.NOTHING) {
                    return;
                }
                end = cursor.position();
            } catch (FileAccessException e) {
                throw e;
            } catch (JournalException e) {
                return; // damaged: where it ends is not known, and reported to whoever reads there
            }
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                identity.check(); // between its opening by name and the first byte that is written
                clear(channel, end, Math.min(channel.size(), end + REACH));
            }
            return;
        }
    }

    /** Clears everything in a file from a byte on, as far as a document reaches. */
    public static void clear(Path path, long from) throws IOException {
        clear(path, from, from + REACH);
    }

    /** Clears everything in a file from a byte on up to another one. */
    static void clear(Path path, long from, long to) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            clear(channel, from, Math.min(channel.size(), to));
        }
    }

    /** Writes only where something is: pages that nobody has used stay unused. */
    private static void clear(FileChannel channel, long from, long to) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        ByteBuffer zeros = ByteBuffer.allocate(CHUNK);
        for (long at = from; at < to; at += CHUNK) {
            chunk.clear().limit((int) Math.min(CHUNK, to - at));
            channel.read(chunk, at);
            chunk.flip();
            int first = chunk.mismatch(zeros.clear().limit(chunk.limit()));
            if (first >= 0) {
                int last = chunk.limit();
                while (chunk.get(last - 1) == 0) {
                    last--;
                }
                zeros.clear().limit(last - first);
                while (zeros.hasRemaining()) {
                    channel.write(zeros, at + first + zeros.position());
                }
            }
        }
    }
}

package io.sightlog.journal.internal.mend;

import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.JournalDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A writer that dies while it adds a document to {@code metadata.cq4t} leaves that document marked as being written, and every
 * later writer would wait for it and then give up. Such a remnant is cleared here, before the queue is opened.
 */
public final class UnfinishedMetadata {
    /** The byte that whoever adds a document has locked, as Chronicle Queue does it. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    /** How long nothing must change, in case the lock was lost and its holder is alive. */
    private static final long QUIET_NANOS = 300_000_000;

    private static final int MAX_FILE_BYTES = 1 << 20;

    private UnfinishedMetadata() {}

    /** Clears what a dead writer left unfinished. Does nothing beside one that is alive, or when all is well. */
    public static void clear(JournalDirectory directory) throws IOException {
        try (FileChannel channel =
                FileChannel.open(directory.metadata(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (unfinished(content(channel)) < 0) {
                return;
            }
            try (FileLock lock = tryLock(channel)) {
                ByteBuffer before = content(channel);
                int from = unfinished(before);
                if (lock == null || from < 0) {
                    return;
                }
                LockSupport.parkNanos(QUIET_NANOS);
                if (content(channel).equals(before)) {
                    // the header last: before that, it stays as unfinished as it was
                    write(channel, from + 4, before.limit());
                    write(channel, from, from + 4);
                }
            }
        } catch (NoSuchFileException e) {
            // nothing there, nothing to clear
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock(LOCKED_BYTE, 1, false);
        } catch (OverlappingFileLockException e) {
            return null; // another thread of this process adds one
        }
    }

    private static ByteBuffer content(FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate((int) Math.min(channel.size(), MAX_FILE_BYTES));
        while (content.hasRemaining() && channel.read(content, content.position()) > 0) {
            // until all is there
        }
        return content.flip().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Where the document begins that is being written, -1 when there is none. */
    private static int unfinished(ByteBuffer content) {
        int at = 0;
        while (at >= 0 && at + 4 <= content.limit() && content.getInt(at) != 0) {
            int header = content.getInt(at);
            if (DocumentHeader.isInProgress(header)) {
                return at;
            }
            at = (int) DocumentHeader.next(at, DocumentHeader.length(header));
        }
        return -1;
    }

    private static void write(FileChannel channel, int from, int to) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(Math.max(0, to - from));
        while (zeros.hasRemaining()) {
            channel.write(zeros, from + zeros.position());
        }
    }
}

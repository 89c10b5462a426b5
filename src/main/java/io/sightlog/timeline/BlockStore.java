package io.sightlog.timeline;

import io.sightlog.journal.DerivedFiles;
import io.sightlog.journal.FileAccessException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Closed blocks of an index that is being made: in memory while they are few, then in a file without a name, so that the heap does not
 * grow with the journal. One thread at a time; closed by its owner.
 */
final class BlockStore implements AutoCloseable {
    private static final int MOST_IN_MEMORY = 4 << 20;
    private static final int FIRST_BYTES = 4 << 10;

    private final DerivedFiles files;
    private byte[] memory = new byte[FIRST_BYTES];
    private @Nullable RandomAccessFile scratch;
    private long size;

    BlockStore(DerivedFiles files) {
        this.files = files;
    }

    long size() {
        return size;
    }

    /** What of it is on the heap. */
    int heapBytes() {
        return memory.length;
    }

    /** @throws FileAccessException when there is no room for it */
    void append(byte[] bytes, int count) {
        RandomAccessFile file = scratch;
        try {
            if (file == null && size + count > MOST_IN_MEMORY) {
                file = files.scratch();
                scratch = file;
                file.write(memory, 0, (int) size);
                memory = new byte[0];
            }
            if (file == null) {
                if (size + count > memory.length) {
                    memory = Arrays.copyOf(memory, (int) Math.max(size + count, memory.length * 2L));
                }
                System.arraycopy(bytes, 0, memory, (int) size, count);
            } else {
                file.seek(size);
                file.write(bytes, 0, count);
            }
            size += count;
        } catch (IOException e) {
            throw FileAccessException.of(
                    "cannot keep the index of a cycle in a temporary file in " + files.folder(), e);
        }
    }

    void read(long offset, byte[] into, int count) throws IOException {
        RandomAccessFile file = scratch;
        if (file == null) {
            System.arraycopy(memory, (int) offset, into, 0, count);
        } else {
            file.seek(offset);
            file.readFully(into, 0, count);
        }
    }

    /** Appends all of it to a file. */
    void writeTo(FileChannel channel) throws IOException {
        byte[] piece = new byte[(int) Math.min(size, 1 << 20)];
        for (long at = 0; at < size; at += piece.length) {
            int count = (int) Math.min(piece.length, size - at);
            read(at, piece, count);
            for (ByteBuffer left = ByteBuffer.wrap(piece, 0, count); left.hasRemaining(); ) {
                channel.write(left);
            }
        }
    }

    @Override
    public void close() {
        memory = new byte[0];
        size = 0;
        RandomAccessFile file = scratch;
        scratch = null;
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            // it has no name, and is gone
        }
    }
}

package io.sightlog.journal.internal.frames;

import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.os.Beneath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;

/** Goes over the records of a file of kept frames, by what their headers say. */
public final class FrameScan {
    private static final int PIECE = 64 << 10;

    private FrameScan() {}

    /**
     * How many whole records there are, up to where none is any more.
     *
     * @throws FileAccessException when it cannot be read
     */
    public static long records(JournalDirectory directory, FrameName name) {
        try (FileChannel file = Beneath.open(directory.path(), name.path())) {
            return records(file);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw FileAccessException.of("cannot read " + directory.path().resolve(name.path()), e);
        }
    }

    private static long records(FileChannel file) throws IOException {
        long size = file.size();
        ByteBuffer header = ByteBuffer.allocate(FrameRecord.HEADER_BYTES);
        long records = 0;
        long at = FrameHeader.BYTES;
        while (at + FrameRecord.HEADER_BYTES < size && FrameStore.read(file, header.clear(), at)) {
            FrameRecord record = FrameRecord.of(header.flip());
            if (record.isNone()) {
                at = past(file, at, size);
            } else if (record.isPossible() && at + FrameRecord.HEADER_BYTES + record.bytes() <= size) {
                records++;
                at += FrameRecord.bytesWith(record.bytes());
            } else {
                return records;
            }
        }
        return records;
    }

    /** The first multiple of 8 from which on not all is 0; the file's size when there is none. */
    private static long past(FileChannel file, long from, long size) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        for (long at = from; at < size; at += PIECE) {
            FrameStore.read(file, piece.clear(), at);
            piece.flip();
            for (int i = 0; i + 8 <= piece.limit(); i += 8) {
                if (piece.getLong(i) != 0) {
                    return at + i;
                }
            }
        }
        return size;
    }
}

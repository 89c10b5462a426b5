package io.sightlog.journal.internal.frames;

import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.NewFile;
import io.sightlog.journal.internal.os.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A file of kept frames under the hands of its producer. Not for two threads at once. */
final class FrameFile implements Closeable {
    private final Path path;
    private final FrameName name;
    private final RandomAccessFile file; // which an interrupt does not close
    private final @Nullable Object key;
    private long end = FrameHeader.BYTES;
    private int lastCycle;

    private FrameFile(Path path, FrameHeader header, RandomAccessFile file, @Nullable Object key) {
        this.path = path;
        this.name = header.name();
        this.lastCycle = header.lastCycle();
        this.file = file;
        this.key = key;
    }

    /** Makes it with its header, under another name first. Its folder is there. */
    static FrameFile create(JournalDirectory journal, FrameHeader header) throws IOException {
        Path path = journal.path().resolve(header.name().path());
        Path draft = path.resolveSibling(".draft-" + UUID.randomUUID());
        RandomAccessFile file = null;
        FrameFile made = null;
        try {
            NewFile.create(journal, draft);
            file = new RandomAccessFile(draft.toFile(), "rw");
            file.write(header.bytes());
            Disk.publish(draft, path);
            made = new FrameFile(path, header, file, key(path));
            return made;
        } finally {
            if (made == null && file != null) {
                file.close();
            }
            Files.deleteIfExists(draft);
        }
    }

    private static @Nullable Object key(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    FrameName name() {
        return name;
    }

    Path path() {
        return path;
    }

    long bytes() {
        return end;
    }

    int lastCycle() {
        return lastCycle;
    }

    /** Whether its name still leads to it: somebody may have deleted all of the folder. */
    boolean isThere() {
        try {
            return Objects.equals(key, key(path));
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Writes a record at its end.
     *
     * @param record complete, with its padding
     * @return where the picture begins
     * @throws IOException when there was no room for all of it; then the next one is written in its place
     */
    long append(byte[] record, int bytes) throws IOException {
        long at = end;
        try {
            file.seek(at);
            file.write(record, 0, bytes);
        } catch (IOException e) {
            cut(at);
            throw e;
        }
        end = at + bytes;
        return at + FrameRecord.HEADER_BYTES;
    }

    private void cut(long bytes) {
        try {
            file.setLength(bytes);
        } catch (IOException e) {
            // nothing points at what lies there
        }
    }

    /** Events of this cycle may point into it, too. */
    void raise(int cycle) throws IOException {
        if (cycle > lastCycle) {
            byte[] header = new FrameHeader(name, cycle).bytes();
            ByteBuffer words =
                    ByteBuffer.wrap(Arrays.copyOfRange(header, FrameHeader.LAST_CYCLE, FrameHeader.END_OF_WORDS));
            file.seek(FrameHeader.LAST_CYCLE);
            file.write(words.array());
            lastCycle = cycle;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

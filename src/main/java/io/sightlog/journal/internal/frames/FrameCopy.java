package io.sightlog.journal.internal.frames;

import io.sightlog.event.KeptFrame;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.WriterOptions;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.NewFile;
import io.sightlog.journal.internal.os.Disk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Puts pictures into a journal that is made anew from the events that point at them: in files of the same names and at the same offsets,
 * since events are copied byte for byte. What is between stays a hole. One thread.
 */
public final class FrameCopy implements AutoCloseable {
    private final JournalDirectory into;
    private @Nullable FrameName opened;
    private @Nullable RandomAccessFile file;
    private int lastCycle;

    /** @param into a journal to which nobody else writes */
    public FrameCopy(JournalDirectory into) {
        this.into = into;
    }

    /**
     * Copies one.
     *
     * @param found sound
     * @param cycle that of the event in the new journal
     * @throws JournalException when it cannot be written
     */
    public void copy(KeptFrame frame, FrameStore.Found found, int cycle) {
        FrameName name = FrameName.of(frame);
        try {
            RandomAccessFile to = open(name, cycle);
            ByteBuffer header = ByteBuffer.allocate(FrameRecord.HEADER_BYTES);
            new FrameRecord(frame.bytes(), frame.crc32c(), found.capturedNanos()).putHeader(header);
            to.seek(frame.offset() - FrameRecord.HEADER_BYTES);
            to.write(header.array());
            to.write(found.picture());
            if (cycle > lastCycle) {
                writeHeader(to, name, cycle);
            }
        } catch (IOException e) {
            throw Disk.failure("cannot write " + into.path().resolve(name.path()), e);
        }
    }

    private RandomAccessFile open(FrameName name, int cycle) throws IOException {
        RandomAccessFile there = file;
        if (there != null && name.equals(opened)) {
            return there;
        }
        close();
        Path path = into.path().resolve(name.path());
        boolean isNew = Files.notExists(path, LinkOption.NOFOLLOW_LINKS);
        if (isNew) {
            NewFile.createFolder(into, into.frames(), WriterOptions.DEFAULT.permissions());
            NewFile.createFolder(
                    into, into.path().resolve(FrameName.folder(name.journal())), WriterOptions.DEFAULT.permissions());
            NewFile.create(into, path);
        }
        RandomAccessFile made = new RandomAccessFile(path.toFile(), "rw");
        file = made;
        opened = name;
        if (isNew) {
            writeHeader(made, name, cycle);
        } else {
            byte[] header = new byte[FrameHeader.BYTES];
            made.readFully(header);
            lastCycle = FrameHeader.lastCycle(header);
        }
        return made;
    }

    private void writeHeader(RandomAccessFile to, FrameName name, int cycle) throws IOException {
        to.seek(0);
        to.write(new FrameHeader(name, cycle).bytes());
        lastCycle = cycle;
    }

    /** @throws JournalException when what was written is not there */
    @Override
    public void close() {
        RandomAccessFile open = file;
        file = null;
        opened = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            throw Disk.failure("cannot write kept frames of " + into.path(), e);
        }
    }
}

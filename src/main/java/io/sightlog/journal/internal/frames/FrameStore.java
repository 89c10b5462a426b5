package io.sightlog.journal.internal.frames;

import io.sightlog.event.KeptFrame;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.os.Beneath;
import io.sightlog.journal.internal.os.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads pictures out of a journal's files of kept frames. Nothing that an event says is believed before it was compared with the file,
 * and nothing outside of the journal's folder is opened. Keeps the file open that was read last. One thread.
 */
public final class FrameStore implements AutoCloseable {
    private final JournalDirectory directory;
    private final CRC32C crc = new CRC32C();

    private @Nullable FrameName opened;
    private @Nullable FileChannel channel;
    /** What is wrong with what it says it is; null when nothing is. */
    private @Nullable String problem;

    private int lastCycle;

    public FrameStore(JournalDirectory directory) {
        this.directory = directory;
    }

    /** How it stands with a kept frame. */
    public enum State {
        /** Its bytes are there, as they were written. */
        SOUND,
        /** There is no such file. */
        ABSENT,
        /** Nothing is in its place: the file ends before it does, or has zeros there. */
        MISSING,
        /** Something else is there. */
        DAMAGED
    }

    /**
     * What was found.
     *
     * @param picture its bytes when it is sound, else none
     * @param capturedNanos of the frame, when it is sound
     * @param lastCycle what the file says of itself, when it is sound
     * @param problem what is wrong, with the file; empty when it is sound
     */
    public record Found(State state, byte[] picture, long capturedNanos, int lastCycle, String problem) {}

    /**
     * Looks for a picture.
     *
     * @throws FileAccessException when the system cannot read it
     */
    public Found find(KeptFrame frame) {
        boolean interrupted = false;
        try {
            while (true) {
                interrupted |= Thread.interrupted(); // which would close the file
                try {
                    return look(frame);
                } catch (ClosedByInterruptException e) {
                    close();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Found look(KeptFrame frame) throws ClosedByInterruptException {
        FrameName name = FrameName.of(frame);
        try {
            FileChannel file = open(name);
            long end = frame.offset() + frame.bytes();
            if (end < 0 || end > file.size()) {
                return found(State.MISSING, name, "it ends at byte " + file.size() + ", before this picture does");
            }
            String wrong = problem == null ? wrongPlace(frame) : problem;
            return wrong == null ? read(file, name, frame) : found(State.DAMAGED, name, wrong);
        } catch (NoSuchFileException e) {
            return found(State.ABSENT, name, "it is not there");
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            close();
            if (Disk.isNoFile(e) || e instanceof NotDirectoryException) {
                return found(State.DAMAGED, name, Disk.NO_FILE);
            }
            throw FileAccessException.of("cannot read " + path(name), e);
        }
    }

    private Found read(FileChannel file, FrameName name, KeptFrame frame) throws IOException {
        byte[] picture = new byte[frame.bytes()];
        ByteBuffer header = ByteBuffer.allocate(FrameRecord.HEADER_BYTES);
        if (!read(file, header, frame.offset() - FrameRecord.HEADER_BYTES)
                || !read(file, ByteBuffer.wrap(picture), frame.offset())) {
            return found(State.MISSING, name, "it was cut while it was read");
        }
        FrameRecord record = FrameRecord.of(header.flip());
        if (record.isNone()) {
            return found(State.MISSING, name, "no picture is at byte " + frame.offset());
        }
        String wrong = wrong(frame, record, picture);
        return wrong == null
                ? new Found(State.SOUND, picture, record.capturedNanos(), lastCycle, "")
                : found(State.DAMAGED, name, wrong);
    }

    private Found found(State state, FrameName name, String what) {
        return new Found(state, new byte[0], 0, Integer.MIN_VALUE, path(name) + ": " + what);
    }

    private Path path(FrameName name) {
        return directory.path().resolve(name.path());
    }

    private FileChannel open(FrameName name) throws IOException {
        FileChannel there = channel;
        if (there != null && there.isOpen() && name.equals(opened)) {
            return there;
        }
        close();
        FileChannel file = Beneath.open(directory.path(), name.path());
        channel = file;
        opened = name;
        byte[] header = header(file);
        problem = FrameHeader.otherFile(header, name);
        lastCycle = header.length == FrameHeader.BYTES ? FrameHeader.lastCycle(header) : 0;
        return file;
    }

    static byte[] header(FileChannel file) throws IOException {
        byte[] header = new byte[FrameHeader.BYTES];
        ByteBuffer into = ByteBuffer.wrap(header);
        return read(file, into, 0) ? header : Arrays.copyOf(header, into.position());
    }

    /** False when the file ends before. */
    static boolean read(FileChannel file, ByteBuffer into, long from) throws IOException {
        long at = from;
        while (into.hasRemaining()) {
            int read = file.read(into, at);
            if (read < 0) {
                return false;
            }
            at += read;
        }
        return true;
    }

    private static @Nullable String wrongPlace(KeptFrame frame) {
        if (frame.offset() < FrameHeader.BYTES + FrameRecord.HEADER_BYTES || frame.offset() % 8 != 0) {
            return "no picture can begin at byte " + frame.offset();
        }
        return FrameRecord.isPossible(frame.bytes()) ? null : "no picture has " + frame.bytes() + " bytes";
    }

    private @Nullable String wrong(KeptFrame frame, FrameRecord record, byte[] picture) {
        if (record.bytes() != frame.bytes() || record.crc32c() != frame.crc32c()) {
            return "another picture is at byte " + frame.offset();
        }
        crc.reset();
        crc.update(picture);
        return (int) crc.getValue() == frame.crc32c()
                ? null
                : "the picture at byte " + frame.offset() + " is damaged: its checksum is wrong";
    }

    @Override
    public void close() {
        FileChannel open = channel;
        channel = null;
        opened = null;
        problem = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // it was only read
            }
        }
    }
}

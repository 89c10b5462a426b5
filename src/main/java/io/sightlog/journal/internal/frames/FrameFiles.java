package io.sightlog.journal.internal.frames;

import io.sightlog.event.JournalId;
import io.sightlog.event.KeptFrame;
import io.sightlog.journal.WriterOptions;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.JournalIdentity;
import io.sightlog.journal.internal.format.NewFile;
import io.sightlog.journal.internal.os.Device;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The files of kept frames of one producer: the one that is written to, and the one before, into which events may still point that are
 * not appended yet. Both are held by the producer's lock.
 *
 * <p>The order is what makes it safe: a picture is written, and synced where that was promised, before the event that points to it is
 * appended; and the file's {@code lastCycle} is raised under the write lock, where the cycle of that event is known, before it is there.
 *
 * <p>On the writer's thread, but for {@link #sync}.
 */
public final class FrameFiles implements AutoCloseable {
    private static final int LARGEST_BUFFER = 4 << 20;

    private final JournalDirectory directory;
    private final JournalIdentity identity;
    private final JournalId journal;
    private final long producer;
    private final FrameLimits limits;
    private final CRC32C crc = new CRC32C();
    private final FrameSync sync;

    private @Nullable FrameLock lock;
    private @Nullable FrameFile current;
    private @Nullable FrameFile before;
    private long nextNumber;
    private byte[] buffer = new byte[1 << 16];
    private @Nullable IOException notRaised;

    /**
     * @param identity of the journal that is open
     * @param device what brings frames to the device
     * @param syncsEach whether each frame is there before its event is appended
     */
    public FrameFiles(
            JournalDirectory directory,
            JournalIdentity identity,
            JournalId journal,
            long producer,
            FrameLimits limits,
            Device device,
            boolean syncsEach) {
        this.directory = directory;
        this.identity = identity;
        this.journal = journal;
        this.producer = producer;
        this.limits = limits;
        this.sync = new FrameSync(directory, device, syncsEach);
    }

    /**
     * Keeps a picture.
     *
     * @param picture its bytes between position and limit, which stay; {@link #fits} is true of it
     * @param width in pixels, 0 unknown
     * @param height likewise
     * @param cycle the newest there is, or that of the clock when that is later
     * @return where it is
     * @throws IOException when there is no room, or the files cannot be made; then nothing is kept, and the next may be
     */
    public KeptFrame append(ByteBuffer picture, int width, int height, long capturedNanos, int cycle)
            throws IOException {
        throwIfNotRaised();
        int bytes = picture.remaining();
        int all = (int) FrameRecord.bytesWith(bytes);
        FrameFile file = fileFor(all, cycle);
        crc.reset();
        crc.update(picture.duplicate());
        FrameRecord record = new FrameRecord(bytes, (int) crc.getValue(), capturedNanos);
        ByteBuffer into = ByteBuffer.wrap(buffer(all));
        record.putHeader(into);
        into.put(picture.duplicate());
        Arrays.fill(into.array(), into.position(), all, (byte) 0);
        file.raise(cycle);
        long offset = file.append(into.array(), all);
        sync.written(file.path());
        return new KeptFrame(
                journal, producer, file.name().file(), offset, bytes, record.crc32c(), KeptFrame.JPEG, width, height);
    }

    /** Whether a picture of that many bytes can be kept. */
    public static boolean fits(int bytes) {
        return FrameRecord.isPossible(bytes);
    }

    private byte[] buffer(int bytes) {
        if (bytes > LARGEST_BUFFER) {
            return new byte[bytes];
        }
        if (buffer.length < bytes) {
            buffer = new byte[Math.max(bytes, Math.min(LARGEST_BUFFER, 2 * buffer.length))];
        }
        return buffer;
    }

    private FrameFile fileFor(int recordBytes, int cycle) throws IOException {
        FrameFile file = current;
        boolean isFull = file != null
                && file.bytes() > FrameHeader.BYTES
                && (file.bytes() + recordBytes > limits.fileBytes()
                        || (cycle > file.lastCycle() && file.bytes() > limits.cycleBytes()));
        if (file == null || isFull) {
            file = next(cycle);
        }
        return file;
    }

    private FrameFile next(int cycle) throws IOException {
        identity.check();
        FrameName name = new FrameName(journal, producer, nextNumber);
        makeFolders();
        FrameLock holder = lock;
        if (holder == null) {
            holder = FrameLock.take(directory, directory.path().resolve(name.lock()), nextNumber);
            lock = holder;
        } else {
            holder.hold(nextNumber);
        }
        nextNumber++;
        FrameFile made = null;
        try {
            made = FrameFile.create(directory, new FrameHeader(name, cycle));
        } finally {
            if (made == null) {
                holder.release(name.file());
            }
        }
        FrameFile old = before;
        before = current;
        current = made;
        sync.made();
        letGo(old);
        return made;
    }

    private void makeFolders() throws IOException {
        Path folder = directory.path();
        for (Path name : FrameName.folder(journal)) {
            folder = folder.resolve(name);
            if (Files.isSymbolicLink(folder)) {
                throw new IOException(folder + " is a link, and none is followed: mount the other folder there");
            }
            NewFile.createFolder(directory, folder, WriterOptions.DEFAULT.permissions());
        }
    }

    private void letGo(@Nullable FrameFile file) throws IOException {
        if (file != null) {
            file.close();
            if (lock != null) {
                lock.release(file.name().file());
            }
        }
    }

    /** Looks whether what is written to is still there, and has a new file made when it is not. */
    public void look() throws IOException {
        if (current != null && lock != null && !(current.isThere() && lock.isThere())) {
            close();
        }
    }

    /**
     * An event that points at a frame is about to be appended. Under the write lock, before the event is there. What goes wrong is thrown by
     * the next {@link #append}: the event is not held up for it.
     *
     * @param cycle that of the event
     */
    public void points(KeptFrame frame, int cycle) {
        FrameFile file = fileOf(frame);
        if (file != null && cycle > file.lastCycle()) {
            try {
                file.raise(cycle);
                sync.dirty(file.path());
            } catch (IOException e) {
                notRaised = e;
            }
        }
    }

    private @Nullable FrameFile fileOf(KeptFrame frame) {
        if (frame.producer() != producer || !frame.journal().equals(journal)) {
            return null;
        }
        for (FrameFile file : new FrameFile[] {current, before}) {
            if (file != null && file.name().file() == frame.file()) {
                return file;
            }
        }
        return null;
    }

    private void throwIfNotRaised() throws IOException {
        IOException failure = notRaised;
        if (failure != null) {
            notRaised = null;
            throw failure;
        }
    }

    /** An event was appended in this cycle: nothing that is appended later points into a file that was done with long ago. */
    public void appended(int cycle) throws IOException {
        if (before != null && cycle > before.lastCycle() + 1L) {
            letGo(before);
            before = null;
        }
    }

    /** Brings to the device what was kept. Any thread. */
    public void sync() throws IOException {
        sync.sync();
    }

    @Override
    public void close() throws IOException {
        FrameLock holder = lock;
        FrameFile one = before;
        FrameFile other = current;
        lock = null;
        before = null;
        current = null;
        try {
            close(one);
        } finally {
            try {
                close(other);
            } finally {
                close(holder);
            }
        }
    }

    private static void close(@Nullable Closeable part) throws IOException {
        if (part != null) {
            part.close();
        }
    }
}

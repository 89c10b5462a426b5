package io.sightlog.journal.internal.append;

import io.sightlog.journal.DamageException;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.format.CycleHead;
import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.JournalIdentity;
import io.sightlog.journal.internal.format.NewFile;
import io.sightlog.journal.internal.mend.PartialWrites;
import io.sightlog.journal.internal.os.Device;
import io.sightlog.journal.internal.os.Disk;
import io.sightlog.journal.internal.read.Breaks;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Makes cycle files, complete and with their first blocks, before the library looks for them: it would make one of holes, wait for
 * one that never got its header, and then rename it. All of it under the write lock.
 */
final class NewCycle {
    /** How large a file is when it is made, most of it holes. */
    static final long BYTES = CycleTrimmer.BLOCK + CycleTrimmer.OVERLAP;

    private NewCycle() {}

    /**
     * Makes it if it is not there, and makes it complete if it is not.
     *
     * @return whether anything had to be done
     * @throws DamageException when it has lost its header: making it complete would clear the events in it
     */
    static boolean complete(JournalDirectory directory, JournalIdentity identity, Roll roll, int cycle, Device device)
            throws IOException {
        Path path = directory.cycleFile(roll, cycle);
        boolean isThere = Disk.isThere(path);
        if (!isThere) {
            make(directory, identity, path, roll, device);
        }
        boolean isComplete = isComplete(path);
        if (!isComplete && isThere && Breaks.holdsEvents(path)) {
            throw new DamageException(
                    path + " has lost its header, and events are in it: recover the journal into another one, or move"
                            + " that file away",
                    new Position(ExcerptIndex.of(cycle, 0), 0),
                    true,
                    null);
        }
        if (!isComplete) {
            mend(path, identity, roll);
        }
        return !isThere || !isComplete;
    }

    private static void make(JournalDirectory directory, JournalIdentity identity, Path path, Roll roll, Device device)
            throws IOException {
        Path draft = directory.path().resolve(".draft-" + UUID.randomUUID());
        try {
            NewFile.create(directory, draft);
            try (RandomAccessFile file = new RandomAccessFile(draft.toFile(), "rw")) {
                byte[] head = CycleHead.of(roll);
                file.write(head);
                fill(file, draft, head.length);
                device.sync(file, draft);
            }
            identity.check();
            Disk.publish(draft, path);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static void fill(RandomAccessFile file, Path path, int head) throws IOException {
        file.seek(BYTES - 1);
        file.write(0); // never shorter than it was
        Disk.allocate(file, path, 0, head, head + CyclePreallocation.SHORTEST_STEP);
    }

    /** The cycles whose file was begun by somebody and has no header. */
    static List<Integer> incomplete(JournalDirectory directory, Roll roll) throws IOException {
        List<Integer> incomplete = new ArrayList<>();
        for (int cycle : directory.cycles(roll)) {
            if (!isComplete(directory.cycleFile(roll, cycle))) {
                incomplete.add(cycle);
            }
        }
        return incomplete;
    }

    private static boolean isComplete(Path path) {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            if (file.length() < 4) {
                return false;
            }
            int header = Integer.reverseBytes(file.readInt());
            return DocumentHeader.isComplete(header);
        } catch (IOException e) {
            throw FileAccessException.of("cannot read " + path, e);
        }
    }

    /** In its place, the header last: before that, it stays as incomplete as it was. */
    private static void mend(Path path, JournalIdentity identity, Roll roll) throws IOException {
        byte[] head = CycleHead.of(roll);
        identity.check();
        PartialWrites.clear(path, 4);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            identity.check();
            fill(file, path, head.length);
            file.seek(4);
            file.write(head, 4, head.length - 4);
            file.seek(0);
            file.write(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .put(head, 0, 4)
                    .array());
        }
    }
}

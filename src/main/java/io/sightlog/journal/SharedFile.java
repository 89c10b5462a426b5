package io.sightlog.journal;

import io.sightlog.event.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A small file that processes share by mapping it: written out in full before it is mapped, so that a full disk is
 * an error here and not a fault later.
 */
final class SharedFile implements AutoCloseable {
    static final int BYTES = 4096;

    private final FileChannel channel;
    private final MappedByteBuffer mapping;
    private final long address;

    private SharedFile(FileChannel channel, MappedByteBuffer mapping) {
        this.channel = channel;
        this.mapping = mapping;
        this.address = Memory.addressOf(mapping);
    }

    /**
     * Opens it for reading and writing; makes it, all zeros, when it is not there.
     *
     * @throws IOException when there is no permission, or no room
     */
    static SharedFile open(Path file) throws IOException {
        return open(file, BYTES);
    }

    /** Likewise, of another size. */
    static SharedFile open(Path file, int bytes) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        if (!Files.exists(file)) {
            make(file, bytes);
        }
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try {
            // Only where there are no links, or after a crash of the machine.
            for (long size = channel.size(); size < bytes; size = channel.size()) {
                channel.write(ByteBuffer.allocate((int) (bytes - size)), size);
            }
            return new SharedFile(channel, channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Under another name first: a second process that makes it at the same time must not put zeros over what is used. */
    private static void make(Path file, int bytes) throws IOException {
        Path draft = file.resolveSibling(".draft-" + UUID.randomUUID());
        try {
            Files.write(draft, new byte[bytes]);
            likeTheJournal(draft, file);
            link(file, draft);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Whoever may read the journal may read this, and nobody else. */
    private static void likeTheJournal(Path draft, Path file) throws IOException {
        Path beside = file.toAbsolutePath().resolveSibling(JournalDirectory.METADATA);
        Path directory = beside.getParent();
        Path above = directory == null ? beside : directory.resolveSibling(JournalDirectory.METADATA);
        Disk.samePermissions(draft, Files.exists(beside) ? beside : above);
    }

    private static void link(Path file, Path draft) {
        try {
            Files.createLink(file, draft);
        } catch (IOException | UnsupportedOperationException e) {
            // another was quicker, or there are no links here: who opens it finds out
        }
    }

    long address() {
        return address;
    }

    FileChannel channel() {
        return channel;
    }

    @Override
    public void close() throws IOException {
        Memory.free(mapping);
        channel.close();
    }
}

package io.sightlog.journal.internal.format;

import io.sightlog.event.Memory;
import io.sightlog.journal.internal.os.Disk;
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

    /** Makes a file, empty, with the right owner and permissions. */
    interface Maker {
        void make(JournalDirectory journal, Path file) throws IOException;
    }

    /**
     * Opens it for reading and writing; makes it, all zeros, when it is not there.
     *
     * @throws IOException when there is no permission, or no room, or those whom the journal belongs to could not use it
     */
    static SharedFile open(JournalDirectory journal, Path file, int bytes, Maker maker) throws IOException {
        if (!Files.exists(file)) {
            make(journal, file, bytes, maker);
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            // Only after a crash of the machine.
            for (long size = channel.size(); size < bytes; size = channel.size()) {
                channel.write(ByteBuffer.allocate((int) (bytes - size)), size);
            }
            read(channel, bytes);
            return new SharedFile(channel, channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Once, so that a device that gives errors is an exception here and not a fault later. */
    private static void read(FileChannel channel, int bytes) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(bytes);
        while (content.hasRemaining() && channel.read(content, content.position()) > 0) {
            // until all is there
        }
    }

    /** Under another name first: a second process that makes it at the same time must not put zeros over what is used. */
    private static void make(JournalDirectory journal, Path file, int bytes, Maker maker) throws IOException {
        Path draft = file.resolveSibling(".draft-" + UUID.randomUUID());
        try {
            maker.make(journal, draft);
            Files.write(draft, new byte[bytes]);
            Disk.publish(draft, file);
        } finally {
            Files.deleteIfExists(draft);
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

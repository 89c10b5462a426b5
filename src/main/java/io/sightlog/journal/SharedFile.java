package io.sightlog.journal;

import io.sightlog.event.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A small file of one page that processes share by mapping it: written out in full before it is mapped, so that a full disk is
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
        Files.createDirectories(file.toAbsolutePath().getParent());
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try {
            // Zeros behind what is there already: two processes doing this at once do each other no harm.
            for (long size = channel.size(); size < BYTES; size = channel.size()) {
                channel.write(ByteBuffer.allocate((int) (BYTES - size)), size);
            }
            return new SharedFile(channel, channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES));
        } catch (IOException e) {
            channel.close();
            throw e;
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

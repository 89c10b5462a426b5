package io.sightlog.bridge.mqtt;

import io.sightlog.event.Digest;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * That a client of a journal has a session at a broker, beside the journal: so that it is known when the broker has forgotten it.
 * Held by one process at a time, as two clients of one id would throw each other out for ever. One thread.
 */
final class SessionFile implements AutoCloseable {
    private static final String FOLDER = "bridges";

    private static final Set<StandardOpenOption> HOW =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    private static final FileAttribute<?>[] OWNERS_ONLY =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                    ? new FileAttribute<?>[] {
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                    }
                    : new FileAttribute<?>[0];

    private final Path file;
    private final FileChannel channel;
    private final byte[] content;
    private boolean had;

    private SessionFile(Path file, FileChannel channel, byte[] content) throws IOException {
        this.file = file;
        this.channel = channel;
        this.content = content;
        this.had = channel.size() > 0;
    }

    /**
     * @throws JournalException when another process holds it
     * @throws FileAccessException when the file cannot be used
     */
    static SessionFile open(Journal journal, MqttAddress address) {
        byte[] content =
                ("broker " + address + "\nclient " + address.clientId() + "\n").getBytes(StandardCharsets.UTF_8);
        Path file = journal.directory().resolve(FOLDER).resolve("mqtt-" + Digest.hex(Digest.of(content)) + ".session");
        try {
            Files.createDirectories(file.getParent());
            FileChannel channel = FileChannel.open(file, HOW, OWNERS_ONLY);
            try {
                if (channel.tryLock() != null) {
                    return new SessionFile(file, channel, content);
                }
            } catch (OverlappingFileLockException e) {
                // this process has it
            }
            channel.close();
        } catch (IOException e) {
            throw new FileAccessException(file + " cannot be used: " + e.getMessage(), e);
        }
        throw new JournalException("another process receives from " + address + " as " + address.clientId()
                + " into this journal: give this one another --id");
    }

    /** Whether the broker has kept a session for this client before. */
    boolean had() {
        return had;
    }

    /** From now on it keeps one. */
    void has() {
        if (had) {
            return;
        }
        try {
            channel.write(ByteBuffer.wrap(content), 0);
            channel.force(true);
            had = true;
        } catch (IOException e) {
            throw new FileAccessException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new FileAccessException(file + " cannot be closed: " + e.getMessage(), e);
        }
    }
}

package io.sightlog.bridge.mqtt;

import io.sightlog.event.Digest;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * That a client of a journal has a session at a broker, in a file of the journal: so that it is known when the broker has forgotten it.
 * Held by one process at a time, as two clients of one id would throw each other out for ever. One thread.
 */
final class SessionFile implements AutoCloseable {
    private static final Set<StandardOpenOption> HOW = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    private static final FileAttribute<?>[] OWNERS_ONLY =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                    ? new FileAttribute<?>[] {
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                    }
                    : new FileAttribute<?>[0];

    private final Path file;
    private final JournalLock lock;
    private final byte[] content;
    private boolean had;

    private SessionFile(Path file, JournalLock lock, byte[] content) {
        this.file = file;
        this.lock = lock;
        this.content = content;
        this.had = Files.exists(file);
    }

    /** @throws io.sightlog.journal.JournalException when another process holds it, which is named */
    static SessionFile open(Journal journal, MqttAddress address) {
        byte[] content =
                ("broker " + address + "\nclient " + address.clientId() + "\n").getBytes(StandardCharsets.UTF_8);
        String name = "mqtt-" + Digest.hex(Digest.of(content));
        JournalLock lock = journal.lock(name, "receiving from " + address + " as " + address.clientId());
        return new SessionFile(journal.directory().resolve("." + name + ".session"), lock, content);
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
        try (FileChannel channel = FileChannel.open(file, HOW, OWNERS_ONLY)) {
            channel.write(ByteBuffer.wrap(content));
            channel.force(true);
            had = true;
        } catch (IOException e) {
            throw new FileAccessException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        lock.close();
    }
}

package io.sightlog.journal.internal.format;

import io.sightlog.event.JournalId;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.internal.os.Device;
import io.sightlog.journal.internal.os.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code sightlog.id}: the random id of a journal as 32 hex digits and a line feed. Made once, by whoever needs it first. */
public final class JournalIdFile {
    private static final int BYTES = 2 * JournalId.BYTES + 1;

    private JournalIdFile() {}

    /**
     * The id of a journal.
     *
     * @return null while it has none
     * @throws FileAccessException when the system cannot read it
     * @throws JournalException when what is there is no id
     */
    public static @Nullable JournalId read(JournalDirectory journal) {
        Path file = journal.id();
        try (FileChannel channel =
                FileChannel.open(Disk.regular(file), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer content = ByteBuffer.allocate(BYTES + 1);
            while (content.hasRemaining() && channel.read(content) >= 0) {
                // until all is there
            }
            return parse(file, new String(content.array(), 0, content.position(), StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            if (Disk.isNoFile(e)) {
                throw damaged(file, Disk.NO_FILE, e);
            }
            throw FileAccessException.of("cannot read " + file, e);
        }
    }

    private static JournalId parse(Path file, String text) {
        if (text.length() != BYTES || !text.endsWith("\n")) {
            String size = text.length() > BYTES ? "more than " + BYTES + " bytes" : text.length() + " bytes";
            throw damaged(file, "32 hex digits and a line feed are needed, it has " + size, null);
        }
        try {
            return JournalId.parse(text.substring(0, BYTES - 1));
        } catch (IllegalArgumentException e) {
            throw damaged(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static JournalException damaged(Path file, String what, @Nullable Throwable cause) {
        return new JournalException(
                file + " is damaged: " + what + "; put back that of a copy of this journal, or remove it: whoever "
                        + "needs one makes another, under which what was kept for the old one is not found",
                cause);
    }

    /**
     * The id of a journal; one that has none is given one. Of processes that do so at the same time all get the same one.
     *
     * @throws JournalException when there is no journal, its id is damaged, or cannot be written
     */
    public static JournalId make(JournalDirectory journal) {
        JournalId there = read(journal);
        if (there != null) {
            return there;
        }
        try (JournalIdentity identity = JournalIdentity.tryOpen(journal)) {
            if (identity == null) {
                throw new JournalException("cannot give " + journal.path()
                        + " an id: there is no journal; name the directory a producer wrote to");
            }
            write(journal, identity, random() + "\n");
            identity.check();
        }
        JournalId made = read(journal);
        if (made == null) {
            throw new JournalException(journal.id() + " was removed while it was made; try again");
        }
        return made;
    }

    private static JournalId random() {
        SecureRandom random = new SecureRandom();
        long high = random.nextLong();
        long low = random.nextLong();
        return high == 0 && low == 0 ? random() : new JournalId(high, low);
    }

    private static void write(JournalDirectory journal, JournalIdentity identity, String content) {
        Path draft = journal.path().resolve(".draft-" + UUID.randomUUID());
        try {
            NewFile.create(journal, draft);
            Files.writeString(draft, content, StandardCharsets.US_ASCII);
            Device.REAL.sync(draft);
            identity.check();
            Disk.publish(draft, journal.id());
            Device.REAL.syncDirectory(journal.path());
        } catch (FileAlreadyExistsException e) {
            // another was quicker
        } catch (IOException e) {
            String who = e instanceof AccessDeniedException ? ", as a user who may not write there" : "";
            throw Disk.failure("cannot write " + journal.id() + ", the id that this needs" + who, e);
        } finally {
            try {
                Files.deleteIfExists(draft);
            } catch (IOException e) {
                // a draft that stays harms nobody
            }
        }
    }
}

package io.sightlog.journal.internal.format;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.sightlog.event.Digest;
import io.sightlog.event.LabelSet;
import io.sightlog.event.LabelSource;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.WriterOptions;
import io.sightlog.journal.internal.os.Device;
import io.sightlog.journal.internal.os.Disk;
import io.sightlog.journal.internal.os.Listing;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The label sets of a journal: immutable files named by the hash of their content, so that anybody can add one without a
 * lock, and nobody can change one.
 *
 * <p>One instance a thread: it remembers what it has read.
 */
public final class Catalogue implements LabelSource {
    private static final String SUFFIX = ".yaml";
    private static final int MOST_OTHERS = 20;

    private final JournalDirectory journal;
    private final Path directory;
    private final Device device;
    private long[] hashes = new long[4];
    private @Nullable LabelSet[] sets = new LabelSet[4];
    private int count;

    public Catalogue(JournalDirectory journal) {
        this(journal, Device.NONE);
    }

    /** One whose label sets outlast a loss of power as the device makes them. */
    public Catalogue(JournalDirectory journal, Device device) {
        this.journal = journal;
        this.directory = journal.catalogue();
        this.device = device;
    }

    /**
     * Puts a label set where every reader finds it; does nothing when it is there already.
     *
     * @return the hash that events carry
     * @throws JournalException when it cannot be written
     */
    public long publish(LabelSet set) {
        return publish(LabelSetFile.write(set));
    }

    /** Likewise, the content of a label set's file. */
    public long publish(byte[] content) {
        long hash = Digest.of(content);
        Path file = file(hash);
        Path draft = directory.resolve(".draft-" + UUID.randomUUID());
        try {
            NewFile.createFolder(journal, directory, WriterOptions.DEFAULT.permissions());
            if (!Files.exists(file)) {
                NewFile.create(journal, draft);
                Files.write(draft, content);
                Disk.publish(draft, file); // all of it at once, or, when another was quicker, the same content
            }
            device.sync(file); // whoever made it
            device.syncDirectory(directory);
            if (Files.size(file) != content.length || !Arrays.equals(Files.readAllBytes(file), content)) {
                throw new JournalException(file + " is damaged: its content is not what its name says; remove it");
            }
            return hash;
        } catch (IOException e) {
            throw Disk.failure("cannot write label set " + file, e);
        } finally {
            try {
                Files.deleteIfExists(draft);
            } catch (IOException e) {
                // a draft that stays harms nobody
            }
        }
    }

    /** @throws IllegalArgumentException when this is not the content of the file of a label set of this hash */
    public static void check(long hash, byte[] content) {
        if (content.length > LabelSetFile.MAX_BYTES) {
            throw new IllegalArgumentException("label set " + Digest.hex(hash) + " has " + content.length
                    + " bytes, at most " + LabelSetFile.MAX_BYTES + " are taken");
        }
        if (hash == 0 || Digest.of(content) != hash) {
            throw new IllegalArgumentException("label set " + Digest.hex(hash)
                    + " is damaged: its content has the hash " + Digest.hex(Digest.of(content)));
        }
        try {
            LabelSetFile.read(content);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("label set " + Digest.hex(hash) + " is none: " + e.getMessage(), e);
        }
    }

    /**
     * One that is damaged, or may not be read, costs its labels only, like one that is missing.
     *
     * @return null then
     * @throws FileAccessException when the system fails to read it: the next time it may be there
     */
    @Override
    public @Nullable LabelSet find(long hash) {
        for (int i = 0; i < count; i++) {
            if (hashes[i] == hash) {
                return sets[i];
            }
        }
        LabelSet set = readable(hash);
        if (count == hashes.length) {
            hashes = Arrays.copyOf(hashes, count * 2);
            sets = Arrays.copyOf(sets, count * 2);
        }
        hashes[count] = hash;
        sets[count++] = set;
        return set;
    }

    @Override
    public @Nullable String problem(long hash) {
        try {
            read(hash);
            return null;
        } catch (JournalException e) {
            return String.valueOf(lastingly(e).getMessage());
        }
    }

    private @Nullable LabelSet readable(long hash) {
        try {
            return read(hash);
        } catch (JournalException e) {
            lastingly(e);
            return null;
        }
    }

    /** Damage stays, and so does a permission that is missing; anything else is an error of now. */
    private static JournalException lastingly(JournalException e) {
        if (e instanceof FileAccessException && !(e.getCause() instanceof AccessDeniedException)) {
            throw e;
        }
        return e;
    }

    private @Nullable LabelSet read(long hash) {
        byte[] content = content(hash);
        try {
            return content == null ? null : LabelSetFile.read(content);
        } catch (IllegalArgumentException e) {
            throw new JournalException(file(hash) + " is not a label set: " + e.getMessage(), e);
        }
    }

    /**
     * The bytes of a label set's file, checked against its name.
     *
     * @return null when there is none of this hash
     */
    public byte @Nullable [] content(long hash) {
        Path file = file(hash);
        try {
            if (Files.exists(file, NOFOLLOW_LINKS) && !Files.isRegularFile(file, NOFOLLOW_LINKS)) {
                throw new JournalException(file + " is no file; remove it");
            }
            if (Files.size(file) > LabelSetFile.MAX_BYTES) {
                throw new JournalException(
                        file + " is damaged: a label set has at most " + LabelSetFile.MAX_BYTES + " bytes");
            }
            byte[] content = Files.readAllBytes(file);
            if (Digest.of(content) != hash) {
                throw new JournalException(file + " is damaged: its content is not what its name says");
            }
            return content;
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw FileAccessException.of("cannot read label set " + file, e);
        }
    }

    /** The hashes of all label sets there are. */
    public List<Long> all() {
        List<Long> all = new ArrayList<>();
        for (Path file : files()) {
            String name = file.getFileName().toString();
            try {
                if (name.endsWith(SUFFIX)) {
                    all.add(Digest.parse(name.substring(0, name.length() - SUFFIX.length())));
                }
            } catch (NumberFormatException e) {
                // somebody else's
            }
        }
        all.sort(Long::compareUnsigned);
        return all;
    }

    /** The names of files that are no label sets, drafts aside. */
    public List<String> others() {
        List<String> others = new ArrayList<>();
        for (Path file : files()) {
            String name = file.getFileName().toString();
            if (!name.startsWith(".") && !name.matches("[0-9a-f]{16}\\.yaml") && others.size() < MOST_OTHERS) {
                others.add(name);
            }
        }
        return others;
    }

    private List<Path> files() {
        try {
            return Listing.of(directory);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of(); // there is no label set yet
        } catch (IOException e) {
            throw FileAccessException.of("cannot list " + directory, e);
        }
    }

    private Path file(long hash) {
        return directory.resolve(Digest.hex(hash) + SUFFIX);
    }
}

package io.sightlog.journal.internal.format;

import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.os.Disk;
import io.sightlog.journal.internal.os.Listing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The files of a journal, by name.
 *
 * @param path the directory, absolute
 */
public record JournalDirectory(Path path) {
    public static final String CYCLE_SUFFIX = ".cq4";
    public static final String METADATA = "metadata.cq4t";
    public static final String FRAMES = "frames";
    public static final String TIMELINE = "timeline";
    private static final String PRIVATE_SUFFIX = ".token";

    public JournalDirectory {
        path = path.toAbsolutePath().normalize();
    }

    public Path metadata() {
        return path.resolve(METADATA);
    }

    public Path signal() {
        return path.resolve("sightlog.signal");
    }

    public Path writers() {
        return path.resolve("sightlog.writers");
    }

    public Path pruned() {
        return path.resolve("sightlog.pruned");
    }

    public Path losses() {
        return path.resolve("sightlog.losses");
    }

    public Path id() {
        return path.resolve("sightlog.id");
    }

    public Path catalogue() {
        return path.resolve("catalogue");
    }

    public Path consumers() {
        return path.resolve("consumers");
    }

    /** The folder of kept frames. */
    public Path frames() {
        return path.resolve(FRAMES);
    }

    /** Whether a file is its maker's alone, whoever the journal belongs to. */
    public static boolean isPrivate(String name) {
        return name.endsWith(PRIVATE_SUFFIX);
    }

    /** The folder of the timeline's index. */
    public Path timeline() {
        return path.resolve(TIMELINE);
    }

    public Path cycleFile(Roll roll, int cycle) {
        return path.resolve(Cycles.fileName(roll, cycle));
    }

    /** Whether there is the file of a cycle, of whatever roll. */
    public boolean hasCycleFile() {
        try {
            return !Listing.of(path, CYCLE_SUFFIX).isEmpty();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return false;
        } catch (IOException e) {
            throw cannotList(e);
        }
    }

    /** The cycles that have a file, ascending. */
    public int[] cycles(Roll roll) {
        int[] cycles = new int[16];
        int count = 0;
        try {
            for (Path file : Listing.of(path, CYCLE_SUFFIX)) {
                OptionalInt cycle = Cycles.named(roll, file.getFileName().toString());
                if (cycle.isPresent()) {
                    if (count == cycles.length) {
                        cycles = Arrays.copyOf(cycles, count * 2);
                    }
                    cycles[count++] = cycle.getAsInt();
                }
            }
        } catch (IOException e) {
            throw cannotList(e);
        }
        cycles = Arrays.copyOf(cycles, count);
        Arrays.sort(cycles);
        return cycles;
    }

    public FileAccessException cannotList(IOException e) {
        return FileAccessException.of("cannot list the files of journal " + path, e);
    }

    /**
     * Whether this is a journal, at least one begun.
     *
     * @throws JournalException when something else is there
     */
    public boolean exists() {
        if (Files.exists(metadata())) {
            return true;
        }
        if (Files.notExists(path)) {
            return false;
        }
        try {
            for (Path file : Listing.of(path)) {
                if (!ours(file)) {
                    if (Disk.isThere(metadata())) {
                        return true; // made by another writer while we looked
                    }
                    throw hasLostItsMetadata()
                            ? new JournalException(
                                    path + " has lost its metadata.cq4t, without which nobody can read it: "
                                            + "sightlog recover -q " + path + " --into NEW saves its events")
                            : new JournalException(path + " is not a journal: it has no metadata.cq4t, but it has "
                                    + file.getFileName() + "; name the directory a producer wrote to");
                }
            }
            return false;
        } catch (NotDirectoryException e) {
            throw new JournalException(path + " is not a journal: it is a file, and a journal is a directory", e);
        } catch (IOException e) {
            throw FileAccessException.of("cannot look into " + path, e);
        }
    }

    /** Whether what is here was a journal: it has a cycle's file, and one that only a writer makes. */
    private boolean hasLostItsMetadata() {
        return hasCycleFile() && (Files.exists(signal()) || Files.exists(writers()));
    }

    /** Whether it has all that a journal needs to be opened. */
    public boolean isComplete() {
        try (Metadata metadata = Metadata.tryOpen(this)) {
            return metadata != null;
        }
    }

    /** Files that may be there before the queue's own: what a producer or a consumer makes first, and hidden ones. */
    private static boolean ours(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(".")
                || name.equals("catalogue")
                || name.equals("consumers")
                || name.equals(FRAMES)
                || name.equals(TIMELINE)
                || name.equals("sightlog.signal")
                || name.equals("sightlog.writers")
                || name.equals("sightlog.pruned")
                || name.equals("sightlog.losses")
                || name.equals("sightlog.id");
    }
}

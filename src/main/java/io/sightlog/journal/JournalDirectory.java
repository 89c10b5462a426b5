package io.sightlog.journal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
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
record JournalDirectory(Path path) {
    static final String CYCLE_SUFFIX = ".cq4";
    static final String METADATA = "metadata.cq4t";

    JournalDirectory {
        path = path.toAbsolutePath().normalize();
    }

    Path metadata() {
        return path.resolve(METADATA);
    }

    Path signal() {
        return path.resolve("sightlog.signal");
    }

    Path writers() {
        return path.resolve("sightlog.writers");
    }

    Path pruned() {
        return path.resolve("sightlog.pruned");
    }

    Path losses() {
        return path.resolve("sightlog.losses");
    }

    Path catalogue() {
        return path.resolve("catalogue");
    }

    Path consumers() {
        return path.resolve("consumers");
    }

    Path cycleFile(Roll roll, int cycle) {
        return path.resolve(roll.fileName(cycle));
    }

    /** Whether there is the file of a cycle, of whatever roll. */
    boolean hasCycleFile() {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path, "*" + CYCLE_SUFFIX)) {
            return files.iterator().hasNext();
        } catch (IOException e) {
            return false;
        }
    }

    /** The cycles that have a file, ascending. */
    int[] cycles(Roll roll) {
        int[] cycles = new int[16];
        int count = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path, "*" + CYCLE_SUFFIX)) {
            for (Path file : files) {
                OptionalInt cycle = roll.cycleOf(file.getFileName().toString());
                if (cycle.isPresent()) {
                    if (count == cycles.length) {
                        cycles = Arrays.copyOf(cycles, count * 2);
                    }
                    cycles[count++] = cycle.getAsInt();
                }
            }
        } catch (IOException e) {
            throw new JournalException("cannot list the files of journal " + path + ": " + reason(e), e);
        }
        cycles = Arrays.copyOf(cycles, count);
        Arrays.sort(cycles);
        return cycles;
    }

    /**
     * Whether this is a journal, at least one begun.
     *
     * @throws JournalException when something else is there
     */
    boolean exists() {
        if (Files.exists(metadata())) {
            return true;
        }
        if (Files.notExists(path)) {
            return false;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
            for (Path file : files) {
                if (!ours(file)) {
                    if (Files.exists(metadata())) {
                        return true; // made by another writer while we looked
                    }
                    throw hasLostItsMetadata()
                            ? new JournalException(path + " has lost its metadata.cq4t, without which nobody can read it: "
                                    + "sightlog recover -q " + path + " --into NEW saves its events")
                            : new JournalException(path + " is not a journal: it has no metadata.cq4t, but it has "
                                    + file.getFileName() + "; name the directory a producer wrote to");
                }
            }
            return false;
        } catch (NotDirectoryException e) {
            throw new JournalException(path + " is not a journal: it is a file, and a journal is a directory", e);
        } catch (IOException e) {
            throw new JournalException("cannot look into " + path + ": " + reason(e), e);
        }
    }

    /** Whether what is here was a journal: it has a cycle's file, and one that only a writer makes. */
    private boolean hasLostItsMetadata() {
        return hasCycleFile() && (Files.exists(signal()) || Files.exists(writers()));
    }

    /** Whether it has all that a journal needs to be opened. */
    boolean isComplete() {
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
                || name.equals("sightlog.signal")
                || name.equals("sightlog.writers")
                || name.equals("sightlog.pruned")
                || name.equals("sightlog.losses");
    }

    /** What an exception of the file system says, without the path it repeats. */
    static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file";
        }
        if (e instanceof java.nio.file.AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof java.nio.file.FileSystemException failure && failure.getReason() != null) {
            return failure.getReason();
        }
        if (e instanceof java.nio.channels.ClosedByInterruptException) {
            return "this thread was interrupted; do it on another one";
        }
        return String.valueOf(e.getMessage());
    }
}

package io.sightlog.journal;

import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.os.RealPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where something that is made from a journal may be put: into no journal that is there, whatever links lead to it. */
public final class CopyTarget {
    private CopyTarget() {}

    /** The journal that a directory is, or lies in, at any depth; null when it is or lies in none. */
    public static @Nullable Path journalOver(Path directory) {
        for (Path above = RealPath.of(directory); above != null; above = above.getParent()) {
            if (Files.exists(above.resolve(JournalDirectory.METADATA))) {
                return above;
            }
        }
        return null;
    }

    /** Whether two directories have the same metadata, as one directory has by two names, and a copy that is made of hard links. */
    private static boolean shareMetadata(Path one, Path other) {
        try {
            return Files.isSameFile(one.resolve(JournalDirectory.METADATA), other.resolve(JournalDirectory.METADATA));
        } catch (IOException e) {
            return false; // one of them has none
        }
    }

    /**
     * Checks what events are to be copied into.
     *
     * @param from the journal that is only read, which need not have metadata
     * @param what it is called: "the damaged journal"
     * @throws JournalException when the copy would be in that journal or any other, or write into its files
     */
    public static void check(String verb, Path from, String what, Path into) {
        Path real = RealPath.of(into);
        Path source = RealPath.of(from);
        String cannot = "cannot " + verb + " into ";
        if (real.equals(source) || shareMetadata(from, into)) {
            throw new JournalException(cannot + "itself: " + into + " is " + what
                    + ", or made of links to its files; name " + "another directory");
        }
        if (real.startsWith(source)) {
            throw new JournalException(
                    cannot + into + ": it lies in " + what + ", which is only read; name another directory");
        }
        Path above = real.getParent();
        Path journal = above == null ? null : journalOver(above);
        if (journal != null) {
            throw new JournalException(
                    cannot + into + ": it lies in the journal " + journal + "; name another directory");
        }
    }
}

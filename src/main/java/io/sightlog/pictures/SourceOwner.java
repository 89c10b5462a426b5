package io.sightlog.pictures;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whose journal it is that names the files which are opened: another user's must not choose among all that this user may read.
 * Stateless.
 */
public final class SourceOwner {
    private SourceOwner() {}

    /**
     * Why the sources that a journal names are opened only under folders that this user has named.
     *
     * @param journal its folder, which need not be there yet
     * @return null when they may lie anywhere: it is this user's, is not there, or nobody owns anything here
     * @throws IOException when it cannot be told whose it is
     */
    public static @Nullable String refusal(Path journal) throws IOException {
        return refusal(journal, user());
    }

    static @Nullable String refusal(Path journal, String me) throws IOException {
        String owner;
        try {
            owner = Files.getOwner(journal).getName();
        } catch (UnsupportedOperationException | NoSuchFileException e) {
            return null;
        }
        return owner.equals(me) || owner.endsWith("\\" + me)
                ? null
                : "the journal " + journal + " belongs to " + owner + ", not to " + me
                        + ": say with --source-root DIR from where its sources may be read";
    }

    /** By name; by number where the system knows no name, and Java says "?". */
    private static String user() {
        String name = System.getProperty("user.name", "");
        return name.equals("?") ? Long.toString(new UnixSystem().getUid()) : name;
    }
}

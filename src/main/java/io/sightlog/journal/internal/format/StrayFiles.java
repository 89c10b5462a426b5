package io.sightlog.journal.internal.format;

import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.internal.os.Listing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Files and folders of a journal that those cannot use whom it belongs to: made by another user before owners were looked at, or
 * copied.
 */
public final class StrayFiles {
    private final Ownership ownership;
    private final List<Path> stray = new ArrayList<>();

    private StrayFiles(Ownership ownership) {
        this.ownership = ownership;
    }

    /** Empty while it is not made, and where files have no owners. */
    public static List<Path> of(JournalDirectory journal) {
        try {
            Ownership ownership = Ownership.of(journal);
            if (ownership == null || !ownership.isMade()) {
                return List.of();
            }
            StrayFiles files = new StrayFiles(ownership);
            files.look(journal.path());
            files.folder(journal.catalogue());
            files.folder(journal.consumers());
            files.folder(journal.timeline());
            files.folder(journal.frames());
            files.foldersIn(journal.frames());
            return files.stray;
        } catch (IOException e) {
            throw FileAccessException.of("cannot look into " + journal.path(), e);
        }
    }

    /** See {@link Journal#ownersCommand}. */
    public static String command(JournalDirectory journal, String quoted) {
        try {
            Ownership ownership = Ownership.of(journal);
            if (ownership == null) {
                return "";
            }
            String symbols = Ownership.symbols(ownership.mode());
            return "sudo chown -R " + ownership.owner() + ":" + ownership.group() + " " + quoted + " && sudo chmod -R "
                    + symbols + " " + quoted;
        } catch (IOException e) {
            throw FileAccessException.of("cannot look into " + journal.path(), e);
        }
    }

    private void folder(Path folder) throws IOException {
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) && Files.isReadable(folder)) {
            look(folder);
        }
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            add(folder, Ownership.folderMode(ownership.mode()));
        }
    }

    private void foldersIn(Path above) throws IOException {
        if (Files.isDirectory(above, LinkOption.NOFOLLOW_LINKS) && Files.isReadable(above)) {
            for (Path folder : Listing.of(above)) {
                folder(folder);
            }
        }
    }

    private void look(Path folder) throws IOException {
        for (Path file : Listing.of(folder)) {
            String name = file.getFileName().toString();
            if (!name.startsWith(".")
                    && !JournalDirectory.isPrivate(name)
                    && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                boolean isLocked = name.equals("sightlog.writers") || name.endsWith(NameLock.SUFFIX);
                add(file, isLocked ? Ownership.lockedMode(ownership.mode()) : ownership.mode());
            }
        }
    }

    private void add(Path file, int needed) throws IOException {
        try {
            Ownership.Status now = Ownership.Status.of(file, LinkOption.NOFOLLOW_LINKS);
            if (!ownership.suits(now) || (now.mode() & needed) != needed) {
                stray.add(file);
            }
        } catch (NoSuchFileException e) {
            // deleted meanwhile
        }
    }
}

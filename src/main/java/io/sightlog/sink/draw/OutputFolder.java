package io.sightlog.sink.draw;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The folder that drawn files appear in, whole or not at all.
 *
 * <p>Files are written in a private folder inside it and then moved to a name that nobody has. A name is never used
 * twice in one run, not even in another case. One thread at a time.
 */
final class OutputFolder implements AutoCloseable {
    private final Path folder;
    private final boolean overwrite;
    private final Set<String> used = new HashSet<>();
    private final Map<String, Integer> lastNumber = new HashMap<>();
    private @Nullable ScratchFolder scratchFolder;

    /**
     * @param overwrite whether files of earlier runs are replaced; otherwise the next free name is taken
     * @throws IOException when the folder cannot be made
     */
    OutputFolder(Path folder, boolean overwrite) throws IOException {
        Files.createDirectories(folder);
        this.folder = folder.toRealPath();
        this.overwrite = overwrite;
    }

    /** A path to write to, of a file that does not exist yet. {@link #place} or delete it. */
    Path scratch(String extension) throws IOException {
        if (scratchFolder == null) {
            scratchFolder = new ScratchFolder(folder);
        }
        return scratchFolder.file(extension);
    }

    /**
     * Moves a finished scratch file to {@code stem.extension}, or the next free {@code stem-2.extension}.
     *
     * @param source never replaced, even when overwriting
     */
    Path place(Path scratch, Path source, String stem, String extension) throws IOException {
        String family = folded(stem + "." + extension);
        int number = lastNumber.getOrDefault(family, 0);
        while (true) {
            number++;
            String name = (number == 1 ? stem : stem + "-" + number) + "." + extension;
            Path target = resolve(name);
            if (!used.contains(folded(name)) && moved(scratch, target, source)) {
                used.add(folded(name));
                lastNumber.put(family, number);
                return target;
            }
        }
    }

    private Path resolve(String name) {
        try {
            return folder.resolve(name);
        } catch (InvalidPathException e) { // the locale has no such letters
            return folder.resolve(name.replaceAll("[^ -~]", "_"));
        }
    }

    private boolean moved(Path scratch, Path target, Path source) throws IOException {
        if (overwrite) {
            if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS) || isSame(target, source)) {
                return false;
            }
            Files.move(scratch, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            return true;
        }
        try {
            Files.createLink(target, scratch); // unlike a move, this fails when the name is taken meanwhile
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (FileSystemException | UnsupportedOperationException e) {
            return movedWithoutLink(scratch, target);
        }
        Files.delete(scratch);
        return true;
    }

    private static boolean isSame(Path target, Path source) throws IOException {
        try {
            return Files.isSameFile(target, source);
        } catch (NoSuchFileException e) {
            return false; // one of them is not there
        }
    }

    private static boolean movedWithoutLink(Path scratch, Path target) throws IOException {
        try {
            Files.move(scratch, target);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    private static String folded(String name) {
        return Normalizer.normalize(name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT), Normalizer.Form.NFD);
    }

    /** Removes what was not placed. */
    @Override
    public void close() throws IOException {
        if (scratchFolder != null) {
            scratchFolder.close();
            scratchFolder = null;
        }
    }
}

package io.sightlog.journal.internal.os;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What is in a directory: all of it, or an error. */
public final class Listing {
    private Listing() {}

    /** @throws IOException also when it could be read only in part; {@code NoSuchFileException} when it is not there */
    public static List<Path> of(Path directory) throws IOException {
        return of(directory, "");
    }

    /** Those whose names end so. */
    public static List<Path> of(Path directory, String suffix) throws IOException {
        List<Path> files = new ArrayList<>();
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new NotDirectoryException(directory.toString()); // a pipe would be waited for
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (Path file : all) {
                if (file.getFileName().toString().endsWith(suffix)) {
                    files.add(file);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return files;
    }
}

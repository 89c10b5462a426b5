package io.sightlog.capture;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Turns what people type into files: pictures, videos, folders, globs and lists. */
final class Sources {
    private static final String WILD = ".*[*?\\[{].*";

    private static final Comparator<Path> BY_NAME =
            Comparator.comparing(path -> path.getFileName().toString());

    private final List<String> passedOver = new ArrayList<>();

    /** What was found, and a line for each folder about what in it is neither a picture nor a video. */
    record Found(List<Source> sources, List<String> passedOver) {}

    private Sources() {}

    /**
     * All files, in the order they were given; those of a folder and a glob by name.
     *
     * @throws SourceException when one of them is missing, or there is nothing in it
     */
    static Found expand(List<String> given) {
        if (given.isEmpty()) {
            throw new SourceException("nothing to look at; give pictures, videos, folders, globs or a list.txt");
        }
        Path here = Path.of("");
        List<Source> files = new ArrayList<>();
        Sources sources = new Sources();
        for (String source : given) {
            sources.expand(source, here, true, files);
        }
        return new Found(files, sources.passedOver);
    }

    private void expand(String given, Path base, boolean lists, List<Source> into) {
        Path path = existing(given, base);
        String advice =
                path == null || !(Files.isRegularFile(path) || Files.isDirectory(path)) ? NotFiles.advice(given) : null;
        if (advice != null) {
            throw new SourceException("cannot look at " + Credentials.hidden(given) + ": " + advice);
        }
        if (path != null) {
            expand(path, lists, into);
            return;
        }
        if (!given.matches(WILD)) {
            throw new SourceException("no such file or folder: " + Credentials.hidden(given) + where(base));
        }
        List<Path> matches = glob(given, base);
        if (matches.isEmpty()) {
            throw new SourceException("nothing matches " + Credentials.hidden(given) + where(base));
        }
        for (Path match : matches) {
            expand(match, lists, into);
        }
    }

    private void expand(Path path, boolean lists, List<Source> into) {
        if (Files.isDirectory(path)) {
            folder(path, into);
        } else if (!Source.looksLikeAList(path)) {
            into.add(Source.of(path));
        } else if (lists) {
            list(path, into);
        } else {
            throw new SourceException("a list in a list is not read: " + path + "; give it by itself");
        }
    }

    private void folder(Path folder, List<Source> into) {
        int before = into.size();
        PassedOver rest = new PassedOver(folder);
        for (Path entry : all(folder)) {
            Source source = entry.getFileName().toString().startsWith(".") || Files.isDirectory(entry)
                    ? null
                    : Source.found(entry);
            if (source != null) {
                into.add(source);
            } else {
                rest.add(entry);
            }
        }
        if (into.size() == before) {
            throw new SourceException("no pictures or videos in the folder " + folder
                    + "; folders in it are not searched, name them or use a glob");
        }
        rest.line().ifPresent(passedOver::add);
    }

    /** Also what begins with a dot. */
    private static List<Path> all(Path folder) {
        List<Path> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(names::add);
        } catch (DirectoryIteratorException e) {
            throw new SourceException("cannot read the folder " + folder + ": " + e.getCause(), e);
        } catch (IOException e) {
            throw new SourceException("cannot read the folder " + folder + ": " + e, e);
        }
        names.sort(BY_NAME);
        return names;
    }

    private void list(Path list, List<Source> into) {
        Path base = Objects.requireNonNull(list.toAbsolutePath().getParent(), "a file has a folder");
        int before = into.size();
        int number = 0;
        for (String line : ListFile.lines(list)) {
            number++;
            String source = line.strip();
            if (source.isEmpty() || source.startsWith("#")) {
                continue;
            }
            try {
                expand(source, base, false, into);
            } catch (SourceException e) {
                throw new SourceException(list + ", line " + number + ": " + e.getMessage(), e);
            }
        }
        if (into.size() == before) {
            throw new SourceException("the list " + list + " names nothing; write one source a line");
        }
    }

    /** Part by part, as a shell does: a wildcard stays within one folder and does not match a leading dot. */
    private static List<Path> glob(String pattern, Path base) {
        String[] parts =
                pattern.replace(base.getFileSystem().getSeparator(), "/").split("/+", -1);
        boolean absolute = pattern.startsWith("/");
        List<Path> found = List.of(absolute ? Path.of("/") : base);
        for (String part : parts) {
            if (part.isEmpty()) {
                continue;
            }
            List<Path> next = new ArrayList<>();
            for (Path folder : found) {
                if (part.matches(WILD)) {
                    next.addAll(Files.isDirectory(folder) ? entries(folder, part) : List.of());
                } else if (Files.exists(folder.resolve(part))) {
                    next.add(folder.resolve(part));
                }
            }
            found = next;
        }
        return found;
    }

    /** Sorted by name. */
    private static List<Path> entries(Path folder, String glob) {
        List<Path> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
            for (Path entry : entries) {
                if (!entry.getFileName().toString().startsWith(".") || glob.startsWith(".")) {
                    names.add(entry);
                }
            }
        } catch (PatternSyntaxException e) {
            throw new SourceException("the glob " + glob + " is wrong: " + e.getDescription(), e);
        } catch (IOException e) {
            throw new SourceException("cannot read the folder " + folder + ": " + e, e);
        }
        names.sort(BY_NAME);
        return names;
    }

    /** Null when there is no such file; also for names that this system cannot have, such as globs on Windows. */
    private static @Nullable Path existing(String given, Path base) {
        try {
            Path path = base.resolve(FileNames.path(given));
            return !given.isEmpty() && Files.exists(path) ? path : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private static String where(Path base) {
        return base.toString().isEmpty() ? "" : " in " + base;
    }
}

package io.sightlog.pictures;

import io.sightlog.capture.FileNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides which sources are opened: absolute paths and file URIs of regular files, under the allowed folders if any.
 */
public final class SourceGate {
    private static final Pattern URI_WITH_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*", Pattern.DOTALL);

    private static final List<Path> KERNELS = List.of(Path.of("/proc"), Path.of("/sys"));

    private final List<Path> roots;
    private final @Nullable Path journal;

    /**
     * @param roots folders under which sources must really lie, after links; none: anywhere
     * @throws IOException when a root does not exist
     */
    public SourceGate(List<Path> roots) throws IOException {
        this(roots, null);
    }

    /**
     * Likewise, asking at each source whose journal names it: one that may be made by another user while this is in use.
     *
     * @param journal its folder, which need not be there yet; another user's needs roots
     */
    public SourceGate(List<Path> roots, @Nullable Path journal) throws IOException {
        this.journal = journal;
        this.roots = new ArrayList<>();
        for (Path root : roots) {
            this.roots.add(root.toRealPath());
        }
    }

    /**
     * The real path of a source. Any thread may ask.
     *
     * @param source as events have it
     * @throws UndrawableException when it is not opened; the message says why
     */
    public Path open(String source) throws UndrawableException {
        checkOwner();
        Path real;
        try {
            Path named = path(source);
            if (!named.isAbsolute()) {
                throw new UndrawableException("it is not an absolute path");
            }
            real = named.toRealPath();
        } catch (IllegalArgumentException e) {
            throw new UndrawableException("it is not a path");
        } catch (IOException e) {
            throw new UndrawableException("it is gone");
        }
        if (!roots.isEmpty() && roots.stream().noneMatch(real::startsWith)) {
            throw new UndrawableException("it lies outside the source roots; allow its folder with --source-root");
        }
        if (!Files.isRegularFile(real)) {
            throw new UndrawableException("it is not a regular file");
        }
        if (!Files.isReadable(real)) {
            throw new UndrawableException("it may not be read");
        }
        checkHoldsBytes(real);
        return real;
    }

    /** What the kernel makes up while it is read says that it is a regular file, has no size, and may keep a reader waiting for ever. */
    private static void checkHoldsBytes(Path real) throws UndrawableException {
        if (KERNELS.stream().anyMatch(real::startsWith)) {
            throw new UndrawableException("it is no file on a disk");
        }
        try {
            if (Files.size(real) == 0) {
                throw new UndrawableException("it is empty");
            }
        } catch (IOException e) {
            throw new UndrawableException("it is gone");
        }
    }

    private void checkOwner() throws UndrawableException {
        if (journal == null || !roots.isEmpty()) {
            return;
        }
        String refusal;
        try {
            refusal = SourceOwner.refusal(journal);
        } catch (IOException e) {
            refusal = "nobody knows whose the journal " + journal + " is: " + e.getMessage();
        }
        if (refusal != null) {
            throw new UndrawableException("it is not opened: " + refusal);
        }
    }

    private static Path path(String source) throws UndrawableException {
        if (!URI_WITH_SCHEME.matcher(source).matches()) {
            return FileNames.path(source);
        }
        if (!source.toLowerCase(Locale.ROOT).startsWith("file:/")) {
            throw new UndrawableException("it cannot be read a second time");
        }
        return FileNames.path(source);
    }
}

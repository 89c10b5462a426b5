package io.sightlog.consume;

import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import org.jspecify.annotations.Nullable;

/** A pattern for sources, which are paths or URIs, and for topics, which look like paths. A value: immutable, any thread. */
public final class Glob {
    private final String pattern;
    private final PathMatcher matcher;

    private Glob(String pattern, PathMatcher matcher) {
        this.pattern = pattern;
        this.matcher = matcher;
    }

    /** @throws IllegalArgumentException when it is no pattern, saying so */
    public static Glob of(String pattern) {
        try {
            return new Glob(pattern, FileSystems.getDefault().getPathMatcher("glob:" + pattern));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("bad pattern \"" + pattern + "\": " + e.getMessage(), e);
        }
    }

    /** Whether all of a text matches. */
    public boolean matches(String text) {
        return matches(text, false);
    }

    /** Whether all of a path matches, or its last part. */
    public boolean matchesPath(String text) {
        return matches(text, true);
    }

    private boolean matches(String text, boolean orLastPart) {
        if (text.equals(pattern)) {
            return true;
        }
        try {
            Path path = Path.of(text);
            Path name = path.getFileName();
            return matcher.matches(path) || (orLastPart && name != null && matcher.matches(name));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Glob glob && pattern.equals(glob.pattern);
    }

    @Override
    public int hashCode() {
        return pattern.hashCode();
    }

    @Override
    public String toString() {
        return pattern;
    }
}

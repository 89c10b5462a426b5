package io.sightlog.consume;

import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A pattern for sources, which are paths or URIs, and for topics, which look like paths. A value: immutable, any thread. */
public final class Glob {
    private final String pattern;
    private final GlobStates states;

    private Glob(String pattern, GlobStates states) {
        this.pattern = pattern;
        this.states = states;
    }

    /** @throws IllegalArgumentException when it is no pattern, saying so */
    public static Glob of(String pattern) {
        try {
            FileSystems.getDefault().getPathMatcher("glob:" + pattern); // refuses what is none
            return new Glob(pattern, new GlobStates(pattern));
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
            return states.matches(path.toString()) || (orLastPart && name != null && states.matches(name.toString()));
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

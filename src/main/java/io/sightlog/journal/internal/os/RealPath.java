package io.sightlog.journal.internal.os;

import java.io.IOException;
import java.nio.file.Path;

/** Where files really are, whatever links lead there. */
public final class RealPath {
    private RealPath() {}

    /** The real path; of what is not there yet, that of the nearest directory above which is, and the rest as it is. */
    public static Path of(Path path) {
        Path absolute = path.toAbsolutePath();
        for (Path there = absolute; there != null; there = there.getParent()) {
            try {
                return there.toRealPath().resolve(there.relativize(absolute)).normalize();
            } catch (IOException e) {
                // then one further up
            }
        }
        return absolute.normalize();
    }
}

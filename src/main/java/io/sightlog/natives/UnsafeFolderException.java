package io.sightlog.natives;

import java.nio.file.Path;

/** Somebody else could put code where native libraries are loaded from. */
public final class UnsafeFolderException extends NativesException {
    private static final long serialVersionUID = 1;

    UnsafeFolderException(Path folder, Path culprit, String why) {
        super("native libraries are not loaded from " + folder + ", since " + (culprit.equals(folder) ? "it" : culprit)
                + " " + why + ": correct that, or name a folder of your own with --cache-dir or SIGHTLOG_CACHE");
    }
}

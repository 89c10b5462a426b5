package io.sightlog.journal.internal.os;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why the system refused, in words for people. */
public final class IoReason {
    private IoReason() {}

    /** Has this class loaded: where no more files can be opened, none could be, and the reason could not be said. */
    static void prepare() {}

    /** What an exception of the file system says, without the path it repeats. */
    public static String of(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileSystemException failure && failure.getReason() != null) {
            return failure.getReason();
        }
        if (e instanceof ClosedByInterruptException) {
            return "this thread was interrupted; do it on another one";
        }
        if (e instanceof FileNotFoundException) { // "file (reason)"
            String text = String.valueOf(e.getMessage());
            int reason = text.lastIndexOf(" (");
            return reason < 0 || !text.endsWith(")") ? text : text.substring(reason + 2, text.length() - 1);
        }
        if (e.getCause()
                instanceof OutOfMemoryError) { // all that the JVM says of a mapping for which there was no room
            return "no memory to map it (see ulimit -v, vm.max_map_count)";
        }
        return String.valueOf(e.getMessage());
    }
}

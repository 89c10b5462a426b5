package io.sightlog.journal;

import io.sightlog.journal.internal.os.IoReason;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The system could not open, map, read or list a file: no permission, no handle or memory left, a device that gives errors. It
 * says nothing about what is in the file.
 *
 * <p>A reader that threw this has passed nothing and moved nothing: once the cause is gone, the next poll goes on where it was.
 */
public final class FileAccessException extends JournalException {
    private static final long serialVersionUID = 1;

    public FileAccessException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** @param tried what was tried, with the file: "cannot map /j/20261128-10.cq4" */
    public static FileAccessException of(String tried, IOException e) {
        return new FileAccessException(tried + ": " + IoReason.of(e), e);
    }

    /**
     * What the JVM throws when a load from mapped memory fails, perhaps a little late: the device gave an error, or the file
     * was cut.
     */
    public static FileAccessException fault(String tried, InternalError e) {
        return new FileAccessException(
                tried + ": a mapped page cannot be read: its device gives errors, or the file was cut meanwhile", e);
    }
}

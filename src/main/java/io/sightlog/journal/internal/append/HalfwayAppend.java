package io.sightlog.journal.internal.append;

import io.sightlog.journal.JournalException;
import java.nio.file.Path;

/** What to say when something fails at a point of an append at which the event is, or may be, in the journal. */
public final class HalfwayAppend {
    private HalfwayAppend() {}

    /** Once it was published. */
    public static JournalException appended(Path journal, long index, Throwable failure) {
        return new JournalException(
                "the event 0x" + Long.toHexString(index) + " was appended to journal " + journal
                        + " and is there, but what follows an append has failed: " + reason(failure),
                failure);
    }

    /** While it was being published. */
    static JournalException perhapsAppended(Path journal, Throwable failure) {
        return new JournalException(
                "an append to journal " + journal + " has failed while it was published: " + reason(failure)
                        + "; the event may be there, which sightlog tail -n 1 shows. This writer appends no more",
                failure);
    }

    private static String reason(Throwable failure) {
        return failure instanceof OutOfMemoryError
                ? "out of memory (" + failure.getMessage() + ")"
                : ChronicleAdapter.reason(failure);
    }
}

package io.sightlog.journal;

import java.io.IOException;
import java.nio.file.Files;
import net.openhft.chronicle.wire.UnrecoverableTimeoutException;

/** What has to be told to Chronicle Queue before it is used, and what it means by what it throws. */
final class Chronicle {
    private Chronicle() {}

    /** Nothing calls home, and nothing is announced. Before the first of its classes is loaded. */
    static void prepare() {
        System.setProperty("chronicle.analytics.disable", "true");
        System.setProperty("chronicle.announcer.disable", "true");
        System.setProperty("chronicle.disk.monitor.disable", "true");
    }

    /** Makes the directory, and those of the journal's own files. */
    static void create(JournalDirectory directory) {
        directory.exists();
        try {
            Files.createDirectories(directory.path());
            Files.createDirectories(directory.catalogue());
            Files.createDirectories(directory.consumers());
        } catch (IOException e) {
            throw new JournalException(
                    "cannot make journal " + directory.path() + ": " + JournalDirectory.reason(e), e);
        }
    }

    /** Clears what a writer that died in creating the journal left. */
    static void mend(JournalDirectory directory) {
        try {
            UnfinishedMetadata.clear(directory);
        } catch (IOException e) {
            throw new JournalException(
                    "cannot append to journal " + directory.path() + ": metadata.cq4t: " + JournalDirectory.reason(e),
                    e);
        }
    }

    /** One line for people. */
    static String reason(Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof UnrecoverableTimeoutException) {
                return "another writer holds it up ("
                        + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + ")";
            }
            if (e instanceof IOException io) {
                return JournalDirectory.reason(io);
            }
        }
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse(failure.toString());
    }
}

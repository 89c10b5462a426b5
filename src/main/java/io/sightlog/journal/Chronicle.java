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

    /**
     * Makes the directory, and those of the journal's own files.
     *
     * @throws JournalException when something else is there: the library would wait for it, or write into it
     */
    static void create(JournalDirectory directory) {
        if (directory.exists()) {
            checkMetadata(directory);
        }
        try {
            Files.createDirectories(directory.path());
            Files.createDirectories(directory.catalogue());
            Files.createDirectories(directory.consumers());
        } catch (IOException e) {
            throw new JournalException(
                    "cannot make journal " + directory.path() + ": " + JournalDirectory.reason(e), e);
        }
    }

    private static void checkMetadata(JournalDirectory directory) {
        Metadata metadata = Metadata.tryOpen(directory);
        if (metadata != null) {
            metadata.close();
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

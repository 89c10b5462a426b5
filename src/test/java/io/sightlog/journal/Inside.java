package io.sightlog.journal;

import io.sightlog.journal.internal.append.Appender;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.os.Device;

/** What tests of the inner rooms need of the face, and nobody else. */
public final class Inside {
    private Inside() {}

    public static JournalWriter writer(
            JournalDirectory directory, WriterOptions options, NanoClock clock, Device device) {
        return new JournalWriter(directory, options, clock, device);
    }

    public static Appender appender(JournalWriter writer) {
        return writer.appender();
    }
}

package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.internal.format.JournalDirectory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A machine that was started anew, and the first writer after that. */
public final class Rebooted {
    private Rebooted() {}

    /** Nobody has opened the journal since. */
    public static void reboot(Path directory) throws IOException {
        try (RandomAccessFile slots =
                new RandomAccessFile(new JournalDirectory(directory).writers().toFile(), "rw")) {
            slots.seek(16);
            slots.writeLong(7);
        }
    }

    /**
     * Opens it and appends frames from 1000 on.
     *
     * @return what the writer says; nothing when it is one in C
     */
    public static List<String> write(Path directory, boolean inC, int events) throws Exception {
        List<String> told = new ArrayList<>();
        if (inC) {
            Path program = ForeignPrograms.sanitized("writer_cases", "-Wno-unused-function");
            Process writer = new ProcessBuilder(
                            program.toString(), "append", directory.toString(), Integer.toString(events), "2000")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(writer.getInputStream().readAllBytes());
            assertThat(writer.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(writer.exitValue()).as(said).isZero();
        } else {
            try (JournalWriter writer = Journal.open(directory).writer(WriterOptions.DEFAULT.notice(told::add))) {
                for (int i = 0; i < events; i++) {
                    writer.append(new EventDraft().capturedNanos(0).frame(1000 + i, 0));
                }
            }
        }
        return told;
    }

    /** The first writer only opens it. */
    public static List<String> mend(Path directory, boolean inC) throws Exception {
        reboot(directory);
        return write(directory, inC, 0);
    }
}

package io.sightlog.jmh;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.EventBatch;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A journal to measure with, in memory where there is /dev/shm, gone when it is closed. */
final class Scratch implements AutoCloseable {
    private static final Path MEMORY = Path.of("/dev/shm");

    private final Path directory;
    private final Journal journal;

    Scratch() {
        try {
            directory = Files.isWritable(MEMORY)
                    ? Files.createTempDirectory(MEMORY, "sightlog-jmh-")
                    : Files.createTempDirectory("sightlog-jmh-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        journal = Journal.open(directory.resolve("journal"));
    }

    Journal journal() {
        return journal;
    }

    /** Appends so many events, numbered and captured at 1, 2, 3 ..; in batches when {@code inBatch} is more than 1. */
    void fill(long events, int inBatch) {
        try (JournalWriter writer = journal.writer()) {
            EventDraft draft = Sample.fill(new EventDraft().capturedNanos(0), writer.publish(Sample.labels()));
            EventBatch batch = new EventBatch();
            for (long i = 1; i <= events; i++) {
                Sample.number(draft, i, i);
                if (inBatch == 1) {
                    writer.append(draft);
                } else {
                    batch.add(draft);
                    if (batch.count() == inBatch || i == events) {
                        writer.append(batch);
                        batch.clear();
                    }
                }
            }
        }
    }

    @Override
    public void close() {
        journal.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

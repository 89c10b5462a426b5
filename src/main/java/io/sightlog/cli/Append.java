package io.sightlog.cli;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.EventBatch;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import io.sightlog.produce.lines.BadLineException;
import io.sightlog.produce.lines.EventLines;
import io.sightlog.produce.lines.LineReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sightlog append}: events from standard input, so that anything can be a producer. */
@Command(
        name = "append",
        description = "Append events from standard input: a line of JSON each, as tail --format ndjson prints them.",
        footer = {
            "",
            "Everything may be left out. A detection has a label, a class id or both. A bad line is told by its number and",
            "skipped; the exit code is then 3. Position, time of append, producer and sequence are always new."
        })
final class Append implements Callable<Integer> {
    @Mixin
    QueueOption queue = new QueueOption();

    @Mixin
    WriteOptions write = new WriteOptions();

    @Mixin
    PreTouchOption preTouch = new PreTouchOption();

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Put up to N events into one excerpt, as far as they are there already (default: ${DEFAULT-VALUE}).")
    int batchSize = 1;

    private final EventBatch batch = new EventBatch();

    /** Held while an event is appended, so that a signal that finds us waiting for input can end the process. */
    private final ReentrantLock appending = new ReentrantLock();

    private long first = -1;
    private long last = -1;
    private long appended;
    private long bad;

    @Override
    public Integer call() throws IOException {
        Stop.listen();
        queue.open().damageAtEnd().forEach(System.err::println);
        try (JournalWriter writer = queue.open().writer(write.options())) {
            preTouch.apply(writer);
            write.retention.apply(writer);
            EventLines lines = new EventLines(writer.labels(), writer::publish);
            LineReader input = new LineReader(new FileInputStream(FileDescriptor.in));
            Stop.whenBlocked(this::endNow);
            while (!Stop.requested() && next(input)) {
                appending.lock();
                try {
                    if (!Stop.requested()) {
                        append(writer, lines, input);
                    }
                    if (batch.count() >= batchSize || !input.hasMore()) {
                        flush(writer);
                    }
                } finally {
                    appending.unlock();
                }
            }
            flush(writer);
        }
        summary();
        return Stop.exitCode(bad > 0 ? Exit.DONE_WITH_LOSS : Exit.DONE);
    }

    private boolean next(LineReader input) throws IOException {
        while (true) {
            try {
                return input.next();
            } catch (BadLineException e) {
                tell(input, e.getMessage());
            }
        }
    }

    private void append(JournalWriter writer, EventLines lines, LineReader input) throws IOException {
        try {
            EventDraft draft = lines.parse(input.bytes(), input.offset(), input.length());
            if (batchSize == 1) {
                appended(writer.append(draft), 1);
            } else if (!batch.add(draft)) {
                flush(writer);
                batch.add(draft);
            }
        } catch (BadLineException | IllegalArgumentException e) {
            tell(input, e.getMessage());
        }
    }

    private void flush(JournalWriter writer) {
        if (batch.count() > 0) {
            appended(writer.append(batch), batch.count());
            batch.clear();
        }
    }

    private void appended(long index, int events) {
        last = index;
        first = first < 0 ? index : first;
        appended += events;
    }

    private void tell(LineReader input, @org.jspecify.annotations.Nullable String what) {
        bad++;
        System.err.println("line " + input.number() + ": " + what + "; skipped");
    }

    private void summary() {
        System.err.println("appended " + appended + (appended == 1 ? " event" : " events")
                + (appended > 0 ? ", " + new Position(first, 0) + " to " + new Position(last, 0) : "")
                + (bad > 0 ? "; " + bad + (bad == 1 ? " bad line" : " bad lines") + " skipped" : ""));
    }

    /** On the signal's thread, while the verb may be waiting for a line that never comes. */
    private void endNow() {
        appending.lock();
        summary();
        System.err.flush();
        Runtime.getRuntime().halt(Stop.exitCode(Exit.DONE));
    }
}

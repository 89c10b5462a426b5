package io.sightlog.bridge.mqtt;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.WriterOptions;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A producer that appends numbered messages at a steady rate. */
public final class Steady implements AutoCloseable {
    private static final Pattern TEXT = Pattern.compile("\"text\":\"(\\d+)\"");

    private final Thread thread;
    private final AtomicLong appended = new AtomicLong();
    private volatile boolean stop;

    public Steady(Path journal, int perSecond) {
        thread = new Thread(() -> append(journal, TimeUnit.SECONDS.toNanos(1) / perSecond), "producer");
        thread.setDaemon(true);
        thread.start();
    }

    private void append(Path journal, long intervalNanos) {
        try (JournalWriter writer = Journal.open(journal).writer(WriterOptions.DEFAULT)) {
            EventDraft draft = new EventDraft();
            long due = System.nanoTime();
            while (!stop) {
                String number = Long.toString(appended.get());
                writer.append(draft.message("count", number).capturedNanos(NanoClock.SYSTEM.nanos()));
                appended.incrementAndGet();
                due += intervalNanos;
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
    }

    public long appended() {
        return appended.get();
    }

    /** Stops it; how many were appended. */
    public long stop() throws InterruptedException {
        stop = true;
        thread.join();
        return appended.get();
    }

    /** The number in a line of NDJSON. */
    public static long numberIn(String line) {
        Matcher found = TEXT.matcher(line);
        if (!found.find()) {
            throw new AssertionError("no number in " + line);
        }
        return Long.parseLong(found.group(1));
    }

    @Override
    public void close() {
        stop = true;
    }
}

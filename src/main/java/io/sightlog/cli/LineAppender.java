package io.sightlog.cli;

import io.sightlog.cli.options.Amounts;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.End;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.Failure;
import io.sightlog.cli.terminal.Stop;
import io.sightlog.event.EventDraft;
import io.sightlog.journal.EventBatch;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import io.sightlog.text.BadLineException;
import io.sightlog.text.LineReader;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What verbs do whose events come from outside: appends them as they come, up to so many in an excerpt, tells what is none,
 * sums up, and ends when it is asked to, also while it waits for a line that never comes.
 */
final class LineAppender {
    private final JournalWriter writer;
    private final int batchSize;
    private final String did;
    private final String what;
    private final String from;
    private final EventBatch batch = new EventBatch();

    /** Held while an event is appended, so that a signal that finds us waiting for input can end the process. */
    private final ReentrantLock appending = new ReentrantLock();

    /** Whether no line is appended any more, and the writer may be closed. */
    private boolean left;

    private long first = -1;
    private long last = -1;
    private long appended;
    private long bad;
    /** Number of the newest line up to which all were appended, or skipped and reported. */
    private long done;

    /** Makes an event of a line. */
    @FunctionalInterface
    interface Parser {
        EventDraft parse(byte[] utf8, int offset, int length) throws BadLineException, IOException;
    }

    /**
     * @param batchSize events in one excerpt, at most
     * @param did what is done to an event, for people: "appended"
     * @param what is appended, for people: "event"
     * @param from what the events come from, for people: "line"
     */
    LineAppender(JournalWriter writer, int batchSize, String did, String what, String from) {
        this.writer = writer;
        this.batchSize = batchSize;
        this.did = did;
        this.what = what;
        this.from = from;
    }

    /** Reads and appends. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    /** Appends an event for each line, until there is no more, or a signal comes. */
    void appendAll(LineReader input, Parser parser) throws IOException {
        appendAll(() -> {
            while (!Stop.requested() && next(input)) {
                appending.lock();
                try {
                    if (!Stop.requested()) {
                        append(input, parser);
                    }
                    if (!input.hasMore()) {
                        flush();
                        done = input.number();
                    }
                } catch (RuntimeException | Error e) {
                    left = true; // before a signal that waits for the lock sums up
                    throw e;
                } finally {
                    appending.unlock();
                }
            }
        });
    }

    /** Does what reads outside of {@link #locked} and appends inside of it; at a signal while it reads, the process ends. */
    void appendAll(Work work) throws IOException {
        Stop.whenBlocked(this::endNow);
        try {
            work.run();
            locked(this::flush);
        } catch (IOException | RuntimeException | Error e) {
            locked(() -> left = true); // what follows is the only summary
            reportFailed();
            throw e;
        } finally {
            locked(() -> left = true);
        }
    }

    void locked(Runnable action) {
        appending.lock();
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            left = true;
            throw e;
        } finally {
            appending.unlock();
        }
    }

    private boolean next(LineReader input) throws IOException {
        while (true) {
            try {
                return input.next();
            } catch (BadLineException e) {
                tell("line " + input.number(), e.getMessage());
                if (!input.hasMore()) {
                    locked(this::flush);
                }
            }
        }
    }

    private void append(LineReader input, Parser parser) throws IOException {
        try {
            append(parser.parse(input.bytes(), input.offset(), input.length()));
        } catch (BadLineException | IllegalArgumentException e) {
            tell("line " + input.number(), e.getMessage());
        }
        done = batch.count() == 0 ? input.number() : done;
    }

    /** @throws IllegalArgumentException when it is too large */
    void append(EventDraft draft) {
        if (batchSize == 1) {
            appended(writer.append(draft), 1);
            return;
        }
        if (!batch.add(draft)) {
            flush();
            batch.add(draft);
        }
        if (batch.count() >= batchSize) {
            flush();
        }
    }

    /** Appends what is left of a batch. */
    void flush() {
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

    /** How much went in before it failed, so that somebody can go on behind it. */
    private void reportFailed() {
        Console.ERR.println(did + " " + Amounts.count(appended, what) + " before it failed"
                + (appended > 0 ? ", " + new Position(first, 0) + " to " + new Position(last, 0) : "")
                + (done > 0 ? ": all up to " + from + " " + done : "")
                + (bad > 0 ? ", " + bad + " bad ones skipped" : ""));
    }

    /** Something that is no event, and is skipped. */
    void tell(String where, @Nullable String why) {
        bad++;
        Console.ERR.println(where + ": " + why + "; skipped");
    }

    /**
     * Tells what was done.
     *
     * @return the exit code
     */
    int sumUp() {
        Console.ERR.println(did + " " + appended + " " + what + (appended == 1 ? "" : "s")
                + (appended > 0 ? ", " + new Position(first, 0) + " to " + new Position(last, 0) : "")
                + (bad > 0 ? "; " + bad + " bad " + from + (bad == 1 ? "" : "s") + " skipped" : ""));
        return Exit.of(bad == 0);
    }

    /**
     * On the signal's thread, while the verb may be waiting for a line that never comes. The lock is never given back, so that the
     * verb cannot go on meanwhile; when it has left already, it ends by itself.
     */
    private void endNow() {
        appending.lock();
        if (left) {
            appending.unlock();
            return;
        }
        try {
            flush();
        } catch (RuntimeException e) {
            Console.ERR.println(Failure.message(e));
        }
        End.now(sumUp());
    }
}

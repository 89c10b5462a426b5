package io.sightlog.serve.api;

import io.sightlog.event.Event;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Position;
import io.sightlog.text.EventPrinter;
import io.sightlog.text.PrintFormat;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Reads events for one question and answers in lines: progress, events, the end. It counts what it reads and what is damaged. One thread. */
final class Lines {
    /** Behind all there can be. */
    static final Position NO_BOUND = new Position(Long.MAX_VALUE, Integer.MAX_VALUE);

    private static final int BUFFER_BYTES = 1 << 14;
    /** So many events are read before it is looked at whether to stop. */
    private static final int LOOK_EVERY = 256;

    /** Longer ones wait for room in the memory. */
    private static final long LONG_LINE = 256 << 10;

    /** One that is larger counts as several of them. */
    private static final int LARGE_BYTES = 4096;

    private final Reply reply;
    private final Bounds bounds;
    private final Room room;
    private final OutputStream out;
    private final EventPrinter printer;
    private final long begunTicks;

    private long saidTicks;
    private boolean isLate;
    private boolean hasEvents;
    private long scanned;
    private long damaged;
    private long atNanos;
    private int looks;
    private long most;

    /** Begins the answer. */
    Lines(Reply reply, Bounds bounds, Room room) throws IOException {
        this.reply = reply;
        this.bounds = bounds;
        this.room = room;
        out = new BufferedOutputStream(reply.begin(Reply.NDJSON), BUFFER_BYTES);
        printer = PrintFormat.NDJSON.printer(out);
        most = bounds.mostEvents();
        begunTicks = bounds.ticks().getAsLong();
        saidTicks = begunTicks;
    }

    /** Whether so much was read that it is enough for one question. */
    boolean isBound() {
        return isLate || scanned >= most;
    }

    /** Bounds how many events are read from here on. */
    void most(long events) {
        most = scanned + events;
    }

    /** How many events may still be read. */
    long left() {
        return most - scanned;
    }

    /**
     * Moves to the next event that is sound. Damage is counted.
     *
     * @param bound damage from here on is not counted: nothing is there that is asked for
     * @return null when there is none now, or none before damage from the bound on
     * @throws IOException when the asker has gone
     */
    @Nullable
    Event next(JournalReader reader, Position bound) throws IOException {
        while (true) {
            try {
                if (!reader.next()) {
                    return null;
                }
                Event event = reader.event();
                scanned++;
                atNanos = event.appendedNanos();
                look();
                if (event.hasGoodTexts()) {
                    return event;
                }
                damaged++;
            } catch (DamageException e) {
                look();
                if (e.position().compareTo(bound) >= 0) {
                    return null;
                }
                damaged++;
                if (!e.canGoOn()) {
                    return null;
                }
            }
        }
    }

    /** As {@link Choice#take}; what cannot be read is damage, and not asked for. */
    @Nullable
    Event take(Choice choice, Event event) {
        try {
            return choice.take(event);
        } catch (UnreadableEventException e) {
            damaged++;
            return null;
        }
    }

    /** Writes an event; false when it cannot be read, or would be a line without end, which is counted as damage. */
    boolean print(Event event) throws IOException {
        looks += event.totalBytes() / LARGE_BYTES;
        try {
            long bytes = LineBytes.of(event);
            if (bytes > LineBytes.MOST) {
                damaged++;
                return false;
            }
            if (bytes > LONG_LINE) {
                printLong(event, bytes);
            } else {
                printer.print(event);
            }
        } catch (UnreadableEventException e) {
            damaged++;
            return false;
        }
        hasEvents = true;
        return true;
    }

    /** With a printer of its own, as one keeps the room of its longest line. */
    private void printLong(Event event, long bytes) throws IOException {
        Room.Part part;
        try {
            part = room.take(LineBytes.WORK * bytes);
        } catch (Refusal e) {
            throw new IOException(e.getMessage(), e);
        }
        try {
            PrintFormat.NDJSON.printer(out).print(event);
        } finally {
            part.close();
        }
    }

    private void look() throws IOException {
        if (++looks < LOOK_EVERY) {
            return;
        }
        looks = 0;
        if (reply.isOver()) {
            throw new IOException("the asker has gone, or the server is closing");
        }
        long now = bounds.ticks().getAsLong();
        isLate |= now - begunTicks >= bounds.mostNanos();
        if (now - saidTicks >= bounds.progressNanos()) {
            saidTicks = now;
            if (!hasEvents) {
                line(Json.object(json -> {
                    json.writeObjectFieldStart("progress");
                    json.writeNumberField("scanned", scanned);
                    Json.wide(json, "atNanos", atNanos);
                    json.writeEndObject();
                }));
            }
            out.flush();
        }
    }

    private void line(byte[] object) throws IOException {
        out.write(object);
        out.write('\n');
    }

    /**
     * Writes the last line, and ends the answer.
     *
     * @param next where to go on, null: nowhere
     * @param problem why it stopped before its end, null when nothing is wrong
     */
    void end(String reason, @Nullable Position next, @Nullable String problem) throws IOException {
        line(Json.object(json -> {
            json.writeObjectFieldStart("end");
            json.writeStringField("reason", reason);
            Json.text(json, "next", next);
            json.writeNumberField("scanned", scanned);
            json.writeNumberField("damaged", damaged);
            Json.text(json, "problem", problem);
            json.writeEndObject();
        }));
        out.close();
    }
}

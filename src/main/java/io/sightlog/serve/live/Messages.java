package io.sightlog.serve.live;

import io.sightlog.event.Event;
import io.sightlog.event.EventKind;
import io.sightlog.event.LabelSet;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.Position;
import io.sightlog.text.EventPrinter;
import io.sightlog.text.PrintFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What is sent, in the form of server-sent events. One thread at a time. */
final class Messages {
    /** An event with a longer line than so many bytes is left out, so that what listeners hold is bounded. */
    static final int LONGEST_EVENT = 128 * 1024;

    /** One that takes more than so many bytes is not even looked at, so that what those take who choose is bounded. */
    static final int LARGEST_EVENT = 256 * 1024;

    /** What a detection takes at least, without its label. */
    private static final int LEAST_DETECTION = 70;

    private static final int MOST_MISSING = 1_000;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    private EventPrinter printer = printer();

    private EventPrinter printer() {
        try {
            return PrintFormat.NDJSON.printer(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * An event.
     *
     * @return null when it is too long
     * @throws UnreadableEventException when the labels that it carries itself, or its texts, are damaged
     */
    byte @Nullable [] seen(Event event) {
        if (isLong(event)) {
            return null;
        }
        out.reset();
        write("id: " + new Position(event.index(), event.place()) + "\nevent: seen\ndata: ");
        try {
            printer.print(event);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.write('\n');
        if (printer.missingLabels().labelSets().size() > MOST_MISSING) {
            printer = printer(); // it remembers each
        }
        return out.size() > LONGEST_EVENT ? null : out.toByteArray();
    }

    /** Whether it is not to be looked at, and so counts as one that was asked for. */
    static boolean isHuge(Event event) {
        return event.totalBytes() > LARGEST_EVENT;
    }

    /** Looked at before it is printed: a journal that means harm can have small events with very long lines. */
    private static boolean isLong(Event event) {
        int detections = event.detectionCount();
        if (isHuge(event)
                || (event.kind() == EventKind.MESSAGE && event.contentBytes() > LONGEST_EVENT)
                || detections > LONGEST_EVENT / LEAST_DETECTION) {
            return true;
        }
        LabelSet labels = event.labels();
        long bytes = 0;
        for (int i = 0; i < detections && labels != null; i++) {
            String label = labels.label(event.classId(i));
            bytes += LEAST_DETECTION + (label == null ? 0 : label.length());
        }
        return bytes > LONGEST_EVENT;
    }

    private void write(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes, 0, bytes.length);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String quoted(@Nullable Object plain) {
        return plain == null ? "null" : "\"" + plain + "\"";
    }

    /**
     * The first of all. Its id is the position, so that who comes again before there was an event misses none.
     *
     * @param instance hex id of this run of the server
     * @param generation of the journal, null while there is none
     * @param position what is told begins behind it, null: with the first event of the journal
     * @param heartbeatNanos the longest silence
     */
    static byte[] hello(
            String instance,
            @Nullable String generation,
            @Nullable Position position,
            long nowNanos,
            long heartbeatNanos,
            long retryMillis) {
        return bytes("retry: " + retryMillis + "\n" + (position == null ? "" : "id: " + position + "\n")
                + "event: hello\ndata: {\"instance\":\"" + instance + "\",\"generation\":" + quoted(generation)
                + ",\"position\":" + quoted(position)
                + ",\"nowNanos\":\"" + nowNanos + "\",\"heartbeatNanos\":\"" + heartbeatNanos + "\"}\n\n");
    }

    /**
     * Events were jumped over.
     *
     * @param events how many of those that were asked for, -1 unknown
     * @param from they come behind this one, null: from the first event of the journal on
     * @param to and before this one, which is told next
     */
    static byte[] leftOut(long events, @Nullable Position from, Position to, Reason reason) {
        return bytes("event: left-out\ndata: {\"events\":" + events + ",\"from\":" + quoted(from) + ",\"to\":"
                + quoted(to) + ",\"reason\":\"" + reason.text() + "\"}\n\n");
    }

    /** The journal is another one, so that no position of before means anything: the id is forgotten. */
    static byte[] replaced(@Nullable Position position) {
        return bytes((position == null ? "id" : "id: " + position) + "\nevent: replaced\ndata: {\"position\":"
                + quoted(position) + "}\n\n");
    }

    /** A heartbeat. With a position, who comes again goes on behind that. */
    static byte[] alive(@Nullable Position position, long nowNanos) {
        return bytes((position == null ? "" : "id: " + position + "\n") + "event: alive\ndata: {\"nowNanos\":\""
                + nowNanos + "\"}\n\n");
    }
}

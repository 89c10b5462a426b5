package io.sightlog.bridge;

import io.sightlog.bridge.BridgeCounts.Reason;
import io.sightlog.event.Event;
import io.sightlog.event.JournalId;
import io.sightlog.event.Memory;
import io.sightlog.event.Origin;
import io.sightlog.journal.Position;
import io.sightlog.text.EventPrinter;
import io.sightlog.text.PrintFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Wraps events for their way, and knows which of them do not go. Allocates an envelope and its body for each, and a path for those
 * that have been in other journals. One thread.
 */
public final class Packer {
    private static final int FIRST_BYTES = 4096;

    private final JournalId journal;
    private final Form form;
    private final @Nullable Pictures pictures;
    private final boolean withLabels;
    private final boolean forward;
    private final List<JournalId> fromHere;
    private final Buffer buffer = new Buffer();
    private final EventPrinter printer;

    /** Grows to the largest body there was. */
    private static final class Buffer extends ByteArrayOutputStream {
        Buffer() {
            super(FIRST_BYTES);
        }

        byte[] withoutLineEnd() {
            return Arrays.copyOf(buf, count - 1);
        }
    }

    /**
     * @param journal that the events are read from
     * @param pictures of events, where these are sent; else null
     * @param withLabels whether envelopes say the labels of the detections
     * @param forward whether those go that came in from a bridge
     */
    public Packer(JournalId journal, Form form, @Nullable Pictures pictures, boolean withLabels, boolean forward) {
        this.journal = journal;
        this.form = form;
        this.pictures = pictures;
        this.withLabels = withLabels;
        this.forward = forward;
        this.fromHere = List.of(journal);
        try {
            this.printer = PrintFormat.NDJSON.printer(buffer);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory takes all
        }
    }

    /**
     * Why an event stays here.
     *
     * @return null when it is to go
     * @throws io.sightlog.event.UnreadableEventException when where it came from cannot be read
     */
    public @Nullable Reason stays(Event event) {
        Origin origin = Origin.of(event);
        if (origin == null) {
            return null;
        }
        if (origin.path().contains(journal)) {
            return Reason.LOOP;
        }
        if (!forward) {
            return Reason.FORWARDED;
        }
        return origin.path().size() >= Origin.MAX_PATH ? Reason.PATH : null;
    }

    /**
     * Wraps an event that {@linkplain #stays does not stay}.
     *
     * @param position of the event
     * @return null when its picture is to be sent, and there is none
     * @throws io.sightlog.event.UnreadableEventException when it cannot be read
     */
    public @Nullable Envelope pack(Event event, Position position) {
        byte[] body = body(event);
        if (body == null) {
            return null;
        }
        return new Envelope(
                position,
                event.producer(),
                event.sequence(),
                event.capturedNanos(),
                event.stream(),
                event.source(),
                event.kind(),
                withLabels ? labels(event) : List.of(),
                path(event),
                form.contentType(),
                body);
    }

    private byte @Nullable [] body(Event event) {
        if (pictures != null) {
            return pictures.jpeg(event);
        }
        return form == Form.RAW ? bytes(event) : line(event);
    }

    /** Of the surest detection of each; a class without a label is its number. */
    private static List<String> labels(Event event) {
        int count = event.detectionCount();
        List<Integer> surestFirst = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            surestFirst.add(i);
        }
        surestFirst.sort((a, b) -> Float.compare(event.confidence(b), event.confidence(a)));
        Set<String> labels = new LinkedHashSet<>();
        for (int i : surestFirst) {
            String label = event.label(i);
            labels.add(label == null ? Integer.toString(event.classId(i)) : label);
        }
        return List.copyOf(labels);
    }

    private List<JournalId> path(Event event) {
        Origin origin = Origin.of(event);
        if (origin == null || origin.path().isEmpty()) {
            return fromHere;
        }
        List<JournalId> path = new ArrayList<>(origin.path());
        path.add(journal);
        return path;
    }

    private static byte[] bytes(Event event) {
        byte[] bytes = new byte[event.totalBytes()];
        Memory.copy(event.address(), bytes, 0, bytes.length);
        return bytes;
    }

    private byte[] line(Event event) {
        buffer.reset();
        try {
            printer.print(event);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory takes all
        }
        return buffer.withoutLineEnd();
    }
}

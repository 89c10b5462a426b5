package io.sightlog.text;

import static io.sightlog.text.BadLineException.shown;

import io.sightlog.event.Digest;
import io.sightlog.event.EventDraft;
import io.sightlog.event.EventKind;
import io.sightlog.event.LabelSet;
import io.sightlog.event.LabelSource;
import io.sightlog.event.Origin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes an event of each line of NDJSON, as the documentation of this package says. One instance for all lines of a run,
 * since labels gather in it. One thread at a time.
 */
public final class EventLines {
    /** A line has room for the most detections an event may have, with 335 bytes for each. */
    public static final int MAX_LINE_BYTES = 32 << 20;

    /** Frame numbers are JSON numbers, of which many readers keep no more than 53 bits. */
    public static final long MAX_FRAME = (1L << 53) - 1;

    private final LabelSource catalogue;
    private final LongSupplier epochNanos;
    private final Numbering numbering;
    private final LineParser parser;
    private final Line line = new Line();
    private final EventDraft draft = new EventDraft();

    /**
     * @param catalogue the label sets of the journal that is appended to
     * @param publisher adds to them
     * @param epochNanos the time of capture for lines that have none, in nanoseconds since the epoch: of the clock that stamps
     *     the append, or the event would seem to be appended before it was captured
     * @param unknown told of each field that is none of an event's or a detection's
     */
    public EventLines(LabelSource catalogue, LabelPublisher publisher, LongSupplier epochNanos, UnknownFields unknown) {
        this.catalogue = catalogue;
        this.epochNanos = epochNanos;
        this.numbering = new Numbering(publisher);
        this.parser = new LineParser(unknown);
    }

    /** See {@link #parse(byte[], int, int)}. */
    public EventDraft parse(String json) throws BadLineException, IOException {
        byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
        return parse(utf8, 0, utf8.length);
    }

    /**
     * The event of a line, ready to be appended. Label sets it needs have been published.
     *
     * @param utf8 holds the line, with or without its line end
     * @return the same draft each time, valid until the next call
     * @throws BadLineException when the line is no event; the next one may be
     * @throws IOException when a label set could not be published
     */
    public EventDraft parse(byte[] utf8, int offset, int length) throws BadLineException, IOException {
        if (length > MAX_LINE_BYTES) {
            throw tooLong(MAX_LINE_BYTES);
        }
        parser.parse(utf8, offset, length, line);
        return made();
    }

    /**
     * Likewise, of a line that a journal's event was printed as, by itself or by another program: it says its kind, producer,
     * sequence and when it was captured. Nothing is published for a line that does not.
     *
     * @throws BadLineException also when it lacks one of them
     */
    public EventDraft parseKept(byte[] utf8, int offset, int length) throws BadLineException, IOException {
        if (length > MAX_LINE_BYTES) {
            throw tooLong(MAX_LINE_BYTES);
        }
        parser.parse(utf8, offset, length, line);
        if (!line.kindGiven || line.producer == 0 || line.sequence < 0 || !(line.captured || line.capturedAt)) {
            throw new BadLineException(
                    "it is no event of a journal: kind, producer, sequence and capturedNanos are needed");
        }
        return made();
    }

    /** The producer that the newest line says, 0 when it says none. */
    public long producer() {
        return line.producer;
    }

    /** The sequence number that the newest line says, -1 when it says none. */
    public long sequence() {
        return line.sequence;
    }

    /** When the newest line says that it was appended, since the epoch; 0 when it does not. */
    public long appendedNanos() {
        return line.appendedNanos;
    }

    /** Where the newest line says that a bridge had brought it from; null when it does not. */
    public @Nullable Origin origin() {
        return line.origin;
    }

    private EventDraft made() throws BadLineException, IOException {
        draft.clear();
        try {
            if (line.kind == EventKind.MESSAGE) {
                message();
            } else if (line.labelSet != 0) {
                named();
            } else if (line.labelSetGiven && allHaveIds()) {
                fill(null);
                carry(line.model == null ? "" : line.model, null, false);
            } else {
                numbering.number(line);
                fill(numbering);
                numbering.label(draft);
            }
        } catch (IllegalArgumentException e) {
            throw new BadLineException(shown(String.valueOf(e.getMessage())));
        }
        return draft;
    }

    static BadLineException tooLong(int maxBytes) {
        return new BadLineException("the line has more than " + maxBytes + " bytes");
    }

    /** First of all it becomes a message, so that the draft refuses what no message has. */
    private void message() {
        String topic = String.valueOf(line.topic);
        if (line.content != null) {
            draft.message(topic, line.content, 0, line.content.length);
        } else {
            draft.message(topic, line.text == null ? "" : line.text);
        }
        draft.labelSet(line.labelSet).ownLabels(line.model == null ? "" : line.model, "");
        fill(null);
    }

    private boolean allHaveIds() {
        for (int i = 0; i < line.count; i++) {
            if (line.classId[i] == Line.NO_ID) {
                return false;
            }
        }
        return true;
    }

    /** The line names a label set. */
    private void named() throws BadLineException {
        LabelSet set = catalogue.find(line.labelSet);
        for (int i = 0; i < line.count; i++) {
            if (line.classId[i] == Line.NO_ID) {
                line.classId[i] = idIn(set, line.label[i]);
            }
        }
        fill(null);
        draft.labelSet(line.labelSet);
        if (set == null || !agrees(set)) {
            String known = set == null ? "" : set.model().name();
            carry(line.model == null ? known : line.model, set, set != null);
        }
    }

    private int idIn(@Nullable LabelSet set, @Nullable String label) throws BadLineException {
        if (set != null && label != null) {
            for (int id : set.idsOf(label)) {
                return id;
            }
        }
        throw new BadLineException("label=\"" + shown(String.valueOf(label)) + "\" has no classId, and label set "
                + Digest.hex(line.labelSet) + (set == null ? " is not in this journal" : " has no such label"));
    }

    /** Whether the event, printed with this label set, would say what the line says. */
    private boolean agrees(LabelSet set) {
        if (line.model != null && !line.model.equals(set.model().name())) {
            return false;
        }
        for (int i = 0; i < line.count; i++) {
            String given = line.label[i];
            if (given != null) {
                String known = set.label(line.classId[i]);
                if (known == null ? line.name(i) != null : !known.equals(given)) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * Lets the event carry the labels of the line itself.
     *
     * @param others tells the labels of ids the line gives none for
     * @param hide whether it must carry some even if there are none, because it would otherwise get those of its label set
     */
    private void carry(String model, @Nullable LabelSet others, boolean hide) throws BadLineException {
        TreeMap<Integer, String> labels = new TreeMap<>();
        for (int i = 0; i < line.count; i++) {
            int id = line.classId[i];
            String label = line.label[i] == null && others != null ? others.label(id) : line.label[i];
            if (label != null) {
                Numbering.put(labels, id, label);
            }
        }
        String own = Numbering.ownLabels(labels);
        draft.ownLabels(model, own.isEmpty() && model.isEmpty() && hide ? "\n" : own);
    }

    private void fill(@Nullable Numbering ids) {
        draft.source(line.source).stream(line.stream)
                .frame(line.frame, line.positionNanos)
                .capturedNanos(
                        line.captured
                                ? line.capturedNanos
                                : line.capturedAt ? line.capturedAtNanos : epochNanos.getAsLong())
                .took(line.decodeNanos, line.inferNanos)
                .size(line.width, line.height)
                .digest(line.digest)
                .keptFrame(line.kept)
                .live(line.live)
                .origin(line.origin)
                .answers(line.answers);
        if (line.kind == EventKind.SKIP) {
            draft.skip(line.reason == null ? "" : line.reason);
        }
        for (int i = 0; i < line.count; i++) {
            int id = ids == null ? line.classId[i] : ids.id(i);
            draft.detection(id, line.confidence[i], line.x[i], line.y[i], line.w[i], line.h[i], line.trackId[i]);
        }
    }
}

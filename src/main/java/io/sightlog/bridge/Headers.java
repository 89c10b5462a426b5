package io.sightlog.bridge;

import io.sightlog.event.Digest;
import io.sightlog.event.JournalId;
import io.sightlog.event.Origin;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What travels beside a body: names and how their values are written, all of them text, since MQTT's properties are. Readers of
 * other programs may rely on them; docs/bridges.md has the table.
 */
public final class Headers {
    /** {@code <producer, 16 hex digits>-<sequence, decimal>}: what an event is known by. */
    public static final String ID = "sightlog-id";
    /** {@code 0x<index>:<place>}, in the journal that sent it. */
    public static final String POSITION = "sightlog-position";
    /** Nanoseconds since the epoch, decimal. */
    public static final String CAPTURED = "sightlog-captured-nanos";
    /** Ids of journals, 32 hex digits each, joined by commas: the first one first, that of the sender last. */
    public static final String PATH = "sightlog-path";
    /** {@code <consumer's name>/<how often it was reset>}, of the bridge that sent it. */
    public static final String BRIDGE = "sightlog-bridge";
    /** The content type of the body. */
    public static final String TYPE = "content-type";
    /** Of a label set: its hash, 16 hex digits in the order of its bytes, as events in NDJSON say it. */
    public static final String LABELS = "sightlog-label-set";

    private static final int DIGITS = 16;
    /** Longer paths are not looked at: each journal adds one, and none sends on what has been in {@link Origin#MAX_PATH}. */
    private static final int MAX_PATH_CHARS = 64 * 33;

    /** What an event is known by. */
    public record Id(long producer, long sequence) {
        /** As a header has it. */
        @Override
        public String toString() {
            return HexFormat.of().toHexDigits(producer) + "-" + sequence;
        }
    }

    private Headers() {}

    /** As a header has it: empty for no journal. */
    public static String path(List<JournalId> path) {
        return path.stream().map(JournalId::toString).collect(Collectors.joining(","));
    }

    /** A label set's hash as a header has it, and as its file in the catalogue is called. */
    public static String labels(long hash) {
        return Digest.hex(hash);
    }

    /** What the event is known by; null when no header says it, or none as it should be. */
    public static @Nullable Id id(Map<String, String> headers) {
        String text = headers.getOrDefault(ID, "");
        try {
            if (text.length() > DIGITS + 1
                    && text.charAt(DIGITS) == '-'
                    && Character.isDigit(text.charAt(DIGITS + 1))) {
                long producer = HexFormat.fromHexDigitsToLong(text, 0, DIGITS);
                long sequence = Long.parseLong(text, DIGITS + 1, text.length(), 10);
                return producer == 0 ? null : new Id(producer, sequence);
            }
        } catch (IllegalArgumentException e) {
            // somebody else's
        }
        return null;
    }

    /** The journals in which it has been; empty when no header says it, or none as it should be. */
    public static List<JournalId> path(Map<String, String> headers) {
        String text = headers.getOrDefault(PATH, "");
        List<JournalId> path = new ArrayList<>();
        try {
            if (!text.isEmpty() && text.length() <= MAX_PATH_CHARS) {
                for (String id : text.split(",", -1)) {
                    path.add(JournalId.parse(id));
                }
            }
        } catch (IllegalArgumentException e) {
            return List.of();
        }
        return path;
    }

    /** When it was captured, in nanoseconds since the epoch; else another time. */
    public static long capturedNanos(Map<String, String> headers, long otherwise) {
        String text = headers.get(CAPTURED);
        try {
            return text == null ? otherwise : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    /** The hash of a label set, 0 when no header says it, or none as it should be. */
    public static long labels(Map<String, String> headers) {
        try {
            return Digest.parse(headers.getOrDefault(LABELS, ""));
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }

    /** The content type, in lower case and without parameters; empty when no header says it. */
    public static String type(Map<String, String> headers) {
        String text = headers.getOrDefault(TYPE, "");
        int end = text.indexOf(';');
        return (end < 0 ? text : text.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }
}

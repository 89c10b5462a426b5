package io.sightlog.text;

import io.sightlog.event.Event;
import io.sightlog.event.LabelSet;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** How values of an event read in every format but the one for people. */
final class Fields {
    private static final HexFormat HEX = HexFormat.of();

    private Fields() {}

    static String index(Event event) {
        return "0x" + Long.toHexString(event.index());
    }

    /** 16 hex digits in the order of the bytes, empty for 0. */
    static String digest(long digest) {
        return digest == 0 ? "" : HEX.toHexDigits(Long.reverseBytes(digest));
    }

    static String producer(Event event) {
        return HEX.toHexDigits(event.producer());
    }

    static String model(@Nullable LabelSet labels) {
        return labels == null ? "" : labels.model().name();
    }

    /** The id itself when it has no label. */
    static String label(@Nullable LabelSet labels, int classId) {
        String label = labels == null ? null : labels.label(classId);
        return label == null ? Integer.toString(classId) : label;
    }
}

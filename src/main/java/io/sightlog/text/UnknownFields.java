package io.sightlog.text;

import java.util.List;

/** Told of fields that a line has and no event: most likely they are mistyped, or of another program's format. */
@FunctionalInterface
public interface UnknownFields {
    /** Passes over all of them. */
    UnknownFields IGNORED = (name, owner) -> {};

    /** Whose field it would be. */
    enum Owner {
        EVENT("an event", "", LineParser.FIELDS),
        DETECTION("a detection", "", LineParser.DETECTION_FIELDS),
        KEPT_FRAME(
                "a kept frame",
                RareFields.KEPT_FRAME,
                List.of("journal", "producer", "file", "offset", "bytes", "crc32c", "format", "width", "height")),
        LIVE("a live source", RareFields.LIVE, List.of("dropped", "ageNanos", "reconnects", "outageNanos")),
        ORIGIN(
                "an origin",
                RareFields.ORIGIN,
                List.of(
                        "kind",
                        "broker",
                        "topic",
                        "topicId",
                        "messageId",
                        "partition",
                        "offset",
                        "path",
                        "producer",
                        "sequence",
                        "appendedNanos")),
        ANSWERS("an answered event", RareFields.ANSWERS, List.of("journal", "producer", "sequence", "index", "place"));

        private final String text;
        private final String field;
        private final List<String> fields;

        Owner(String text, String field, List<String> fields) {
            this.text = text;
            this.field = field;
            this.fields = fields;
        }

        /** The field of an event that holds it. */
        String field() {
            return field;
        }

        /** For people: "an event". */
        public String text() {
            return text;
        }

        /** The names there are. */
        public List<String> fields() {
            return fields;
        }
    }

    /**
     * Once for each time that one is met.
     *
     * @throws BadLineException to refuse the line
     */
    void met(String name, Owner owner) throws BadLineException;
}

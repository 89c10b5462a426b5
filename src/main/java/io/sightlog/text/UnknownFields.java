package io.sightlog.text;

import java.util.List;

/** Told of fields that a line has and no event: most likely they are mistyped, or of another program's format. */
@FunctionalInterface
public interface UnknownFields {
    /** Passes over all of them. */
    UnknownFields IGNORED = (name, owner) -> {};

    /** Whose field it would be. */
    enum Owner {
        EVENT("an event", LineParser.FIELDS),
        DETECTION("a detection", LineParser.DETECTION_FIELDS);

        private final String text;
        private final List<String> fields;

        Owner(String text, List<String> fields) {
            this.text = text;
            this.fields = fields;
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

package io.sightlog.bridge;

import java.util.Locale;

/** What the body of an event is while it travels. */
public enum Form {
    /** One object of JSON, as {@code tail --format ndjson} prints it, without the end of the line. */
    NDJSON("application/json"),
    /** The bytes of the event, as they are in the journal: a replica can be made of it. */
    RAW("application/vnd.sightlog.event"),
    /** The picture that was kept of the frame, with its boxes drawn; events without one do not go. */
    SNAPSHOT("image/jpeg");

    /** Of a label set's bytes, which precede the raw events that refer to it. */
    public static final String LABELS_TYPE = "application/vnd.sightlog.labels";

    private final String contentType;

    Form(String contentType) {
        this.contentType = contentType;
    }

    public String contentType() {
        return contentType;
    }

    /** The name as the command line has it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package io.sightlog.text;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.TimeZone;

/** The forms an event can be printed in. */
public enum PrintFormat {
    /** One readable line an event, for people; times in the zone of this machine. */
    TEXT,
    /** One line of JSON an event, every field. */
    NDJSON,
    /** A header, then a row a detection; one row with empty box fields for an empty frame or a skip. */
    CSV,
    /** A YAML document an event, every field. */
    YAML;

    /** The name as the command line has it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return text();
    }

    /**
     * A printer that writes to {@code out}, which stays its owner's to flush and close. Give it a buffer when many events
     * follow: printers write at least once an event.
     *
     * @throws IOException when CSV's header could not be written
     */
    public EventPrinter printer(OutputStream out) throws IOException {
        return switch (this) {
            case TEXT -> new TextPrinter(out, TimeZone.getDefault());
            case NDJSON -> new NdjsonPrinter(out);
            case CSV -> new CsvPrinter(out);
            case YAML -> new YamlPrinter(out);
        };
    }
}

package io.sightlog.sink.print;

import java.io.IOException;
import java.io.OutputStream;

/** The forms an event can be printed in. */
public enum PrintFormat {
    /** Every field, one line of JSON an event. */
    NDJSON;

    /** A printer that writes to {@code out}, which stays its owner's to flush and close. */
    public EventPrinter printer(OutputStream out) throws IOException {
        return new NdjsonPrinter(out);
    }
}

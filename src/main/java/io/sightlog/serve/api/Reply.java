package io.sightlog.serve.api;

import java.io.IOException;
import java.io.OutputStream;

/** Where an answer goes. One thread; either {@link #whole} once, or {@link #begin} once. */
public interface Reply {
    /** Of one JSON object. */
    String JSON = "application/json; charset=utf-8";

    /** Of lines, each a JSON object. */
    String NDJSON = "application/x-ndjson; charset=utf-8";

    String JPEG = "image/jpeg";

    /** A header beside the usual ones; before the answer. */
    void header(String name, String value);

    /** All of an answer. */
    void whole(String contentType, byte[] body) throws IOException;

    /**
     * Begins an answer of any length. Writing waits for the asker, as long as the server allows; {@code flush} sends what there is.
     *
     * @return closed by the caller, when the answer is complete
     */
    OutputStream begin(String contentType) throws IOException;

    /** Whether the asker has gone, or the server is closing, so that working on is for nobody. */
    boolean isOver();
}

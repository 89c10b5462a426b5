package io.sightlog.text;

import io.sightlog.event.Event;
import java.io.IOException;

/** Writes events to a stream as text in UTF-8. One thread at a time. */
public interface EventPrinter {
    /**
     * Writes one event. When it returns, all of it was given to the stream; flushing and closing that are its owner's
     * business.
     *
     * @throws IOException when the stream takes no more, for one because nobody reads the pipe any longer; part of the
     *     event may have been written
     * @throws io.sightlog.event.UnreadableEventException when the labels the event carries are damaged; nothing was written
     */
    void print(Event event) throws IOException;

    /** What could not be labelled so far. The same object each time; it grows while events are printed. */
    MissingLabels missingLabels();
}

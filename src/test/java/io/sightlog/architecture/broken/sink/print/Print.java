package io.sightlog.architecture.broken.sink.print;

import io.sightlog.architecture.broken.capture.Capture;
import net.openhft.chronicle.queue.ExcerptTailer;

/** Knows where pictures come from, and the journal's library. */
public class Print {
    Capture capture;
    ExcerptTailer tailer;
}

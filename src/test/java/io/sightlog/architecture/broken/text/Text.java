package io.sightlog.architecture.broken.text;

import io.sightlog.architecture.broken.capture.Capture;
import net.openhft.chronicle.queue.ExcerptTailer;

/** Knows where pictures come from, and the journal's library. */
public class Text {
    Capture capture;
    ExcerptTailer excerptTailer;
}

package io.sightlog.architecture.broken.produce;

import io.sightlog.architecture.broken.replay.Replay;
import net.openhft.chronicle.queue.ExcerptAppender;

/** Knows a neighbour, and the journal's library. */
public class Produce {
    Replay replay;
    ExcerptAppender appender;
}

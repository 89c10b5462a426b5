package io.sightlog.architecture.broken.produce;

import io.sightlog.architecture.broken.detect.internal.engine.Engine;
import io.sightlog.architecture.broken.replay.Replay;
import net.openhft.chronicle.queue.ExcerptAppender;

/** Knows a neighbour, the inside of another, and the journal's library. */
public class Produce {
    Replay replay;
    Engine engine;
    ExcerptAppender appender;
}

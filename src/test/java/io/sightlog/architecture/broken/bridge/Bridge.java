package io.sightlog.architecture.broken.bridge;

import io.sightlog.architecture.broken.bridge.kafka.Kafka;
import io.sightlog.architecture.broken.sink.draw.Draw;

/** Imports a broker's room, and a sink. */
public final class Bridge {
    Draw draw;
    Kafka kafka;
}

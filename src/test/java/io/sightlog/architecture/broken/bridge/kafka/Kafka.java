package io.sightlog.architecture.broken.bridge.kafka;

import io.sightlog.architecture.broken.bridge.mqtt.Mqtt;
import io.sightlog.architecture.broken.sink.draw.Draw;

/** Imports the other broker's room, and a sink. */
public final class Kafka {
    Draw draw;
    Mqtt mqtt;
}

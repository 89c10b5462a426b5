package io.sightlog.architecture.broken.bridge.mqtt;

import io.sightlog.architecture.broken.sink.draw.Draw;

/** Imports a sink. */
public final class Mqtt {
    Draw draw;
}

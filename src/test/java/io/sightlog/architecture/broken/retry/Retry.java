package io.sightlog.architecture.broken.retry;

import io.sightlog.architecture.broken.sink.draw.Draw;

/** Imports another room. */
public final class Retry {
    Draw draw;
}

package io.sightlog.architecture.broken.metrics;

import io.sightlog.architecture.broken.produce.Produce;

/** Counts by itself what it should be given. */
public class Metrics {
    Produce produce;
}

package io.sightlog.architecture.broken.sink.mirror;

import io.sightlog.architecture.broken.capture.Capture;

/** Knows where pictures come from. */
public class Mirror {
    Capture capture;
}

package io.sightlog.architecture.broken.detect;

import io.sightlog.architecture.broken.capture.Capture;

/** Knows where pictures come from. */
public class Detect {
    Capture capture;
}

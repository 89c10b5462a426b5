package io.sightlog.architecture.broken.sink.draw;

import io.sightlog.architecture.broken.detect.Detect;
import io.sightlog.architecture.broken.sink.print.Print;

/** Knows the detector, and another sink. */
public class Draw {
    Detect detect;
    Print print;
}

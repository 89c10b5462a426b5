package io.sightlog.architecture.broken.inspect;

import io.sightlog.architecture.broken.capture.Capture;

/** Prints what it should answer. */
public class Inspect {
    io.sightlog.architecture.broken.journal.internal.os.Os os;
    Capture capture;

    void info() {
        System.out.println(capture);
    }
}

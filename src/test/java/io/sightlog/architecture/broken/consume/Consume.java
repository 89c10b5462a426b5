package io.sightlog.architecture.broken.consume;

import io.sightlog.architecture.broken.sink.print.Print;

/** Knows who gets what it reads. */
public class Consume {
    Print print;
}

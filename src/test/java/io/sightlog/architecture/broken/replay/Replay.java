package io.sightlog.architecture.broken.replay;

import io.sightlog.architecture.broken.sink.print.Print;

/** Knows a neighbour. */
public class Replay {
    Print print;
}

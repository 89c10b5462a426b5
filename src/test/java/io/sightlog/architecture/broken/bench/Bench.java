package io.sightlog.architecture.broken.bench;

import io.sightlog.architecture.broken.cli.Verb;

/** Wires what only the command line may. */
public class Bench {
    Verb verb;
}

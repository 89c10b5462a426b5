package io.sightlog.architecture.broken.cli.options;

import io.sightlog.architecture.broken.cli.Verb;

/** Knows a verb. */
public class Options {
    Verb verb;
}

package io.sightlog.architecture.broken.cli.terminal;

import io.sightlog.architecture.broken.cli.options.Options;

/** Knows options. */
class Console {
    Options options;
}

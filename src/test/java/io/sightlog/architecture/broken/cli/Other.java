package io.sightlog.architecture.broken.cli;

import picocli.CommandLine.Command;

/** Calls another verb. */
@Command
class Other {
    void call() {
        Verb.help();
    }
}

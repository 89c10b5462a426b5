package io.sightlog.architecture.broken.journal;

import io.sightlog.architecture.broken.cli.Verb;
import java.util.stream.Stream;
import sun.misc.Unsafe;

/** Knows the command line, streams and touches memory itself. */
public class Journal {
    Verb verb;
    Stream<String> lines;
    Unsafe unsafe;
}

package io.sightlog.journal.internal.append;

/** A class that nothing names but a hostile file: its initializer leaves a trace. Its full name has 24 characters. */
final class Trap {
    static final String TRACE = "sightlog.test.trap";

    static {
        System.setProperty(TRACE, "sprung");
    }

    private Trap() {}
}

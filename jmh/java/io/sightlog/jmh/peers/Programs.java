package io.sightlog.jmh.peers;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The sides of peers that are not in Java.
 *
 * @param c where {@code jmh/c/build} has put its programs and the library; null without a compiler
 * @param python the interpreter; null when there is none
 * @param script the side in Python
 */
record Programs(@Nullable Path c, @Nullable String python, Path script) {
    /** The side in Python has its checksums from the C library: without that, it is left out, too. */
    boolean has(Language language) {
        return switch (language) {
            case JAVA -> true;
            case C -> c != null;
            case PYTHON -> c != null && python != null;
        };
    }

    boolean has(Peer peer) {
        return has(peer.producer()) && has(peer.consumer());
    }

    /** The C program that knows nothing of Sightlog. */
    List<String> foreign(Peer peer, WaitKind wait, String role, Path in, long logBytes, long phaseEvents) {
        return List.of(
                inC("peers-c"),
                switch (peer) {
                    case C_COPY -> "copy";
                    case C_LOG -> "log";
                    default -> wait == WaitKind.SPIN ? "semaphore-spinning" : "semaphore";
                },
                role,
                in.toString(),
                Long.toString(logBytes),
                Long.toString(phaseEvents));
    }

    /** A side of Sightlog in C or Python. */
    List<String> sightlog(Language language, String role, Path in, long phaseEvents) {
        List<String> rest = List.of(role, in.toString(), Long.toString(phaseEvents));
        return switch (language) {
            case C -> join(List.of(inC("sightlog-peer")), rest);
            case PYTHON ->
                join(join(List.of(String.valueOf(python), script.toString()), rest), List.of(inC("libsightlog.so")));
            case JAVA -> throw new IllegalArgumentException("Java's sides are not programs of their own");
        };
    }

    private String inC(String name) {
        if (c == null) {
            throw new IllegalStateException(name + " was not built");
        }
        return c.resolve(name).toAbsolutePath().toString();
    }

    private static List<String> join(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}

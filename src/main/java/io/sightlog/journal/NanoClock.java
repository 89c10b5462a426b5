package io.sightlog.journal;

import java.time.Instant;

/** Time in nanoseconds since the epoch. */
@FunctionalInterface
public interface NanoClock {
    /** The machine's clock. */
    NanoClock SYSTEM = () -> {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    };

    long nanos();
}

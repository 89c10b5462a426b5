package io.sightlog.journal;

import java.time.Duration;
import java.util.Objects;

/**
 * How a writer behaves. Immutable: each method gives another one.
 *
 * @param roll how a new journal rolls; one that is there keeps its own
 * @param lockTimeout how long an append waits for another writer that holds the write lock and lives
 */
public record WriterOptions(Roll roll, Duration lockTimeout) {
    /** Rolling hourly, waiting 10 s. */
    public static final WriterOptions DEFAULT = new WriterOptions(Roll.HOURLY, Duration.ofSeconds(10));

    public WriterOptions {
        Objects.requireNonNull(roll, "roll");
        if (lockTimeout.isNegative() || lockTimeout.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("lockTimeout=" + lockTimeout + ": 0 to 1 day is needed");
        }
    }

    public WriterOptions roll(Roll other) {
        return new WriterOptions(other, lockTimeout);
    }

    public WriterOptions lockTimeout(Duration other) {
        return new WriterOptions(roll, other);
    }
}

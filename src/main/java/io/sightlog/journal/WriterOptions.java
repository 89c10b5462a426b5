package io.sightlog.journal;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How a writer behaves. Immutable: each method gives another one.
 *
 * @param roll how a new journal rolls; one that is there keeps its own
 * @param lockTimeout how long an append waits for another writer that holds the write lock and lives, 0 to 1 day
 * @param whenFull what happens when there is no room on the device
 * @param dropUnread whether {@link WhenFull#DROP_OLDEST} also deletes what a named consumer has not read
 * @param permissions of the files of a new journal; those of its directories follow from them
 * @param notice told, in one line, when a writer begins to wait for room, and what it deletes; on the writer's thread
 */
public record WriterOptions(
        Roll roll,
        Duration lockTimeout,
        WhenFull whenFull,
        boolean dropUnread,
        Set<PosixFilePermission> permissions,
        Consumer<String> notice) {
    /** Rolling hourly, waiting 10 s for the lock, stopping when full, for its owner only, silent. */
    public static final WriterOptions DEFAULT = new WriterOptions(
            Roll.HOURLY,
            Duration.ofSeconds(10),
            WhenFull.STOP,
            false,
            PosixFilePermissions.fromString("rw-------"),
            line -> {});

    public WriterOptions {
        Objects.requireNonNull(roll, "roll");
        Objects.requireNonNull(whenFull, "whenFull");
        Objects.requireNonNull(notice, "notice");
        permissions = Set.copyOf(permissions);
        if (lockTimeout.isNegative() || lockTimeout.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("lockTimeout=" + lockTimeout + ": 0 to 1 day is needed");
        }
        if (!permissions.contains(PosixFilePermission.OWNER_READ)
                || !permissions.contains(PosixFilePermission.OWNER_WRITE)) {
            throw new IllegalArgumentException("permissions=" + PosixFilePermissions.toString(permissions)
                    + ": the owner must be able to read and write");
        }
    }

    public WriterOptions roll(Roll other) {
        return new WriterOptions(other, lockTimeout, whenFull, dropUnread, permissions, notice);
    }

    public WriterOptions lockTimeout(Duration other) {
        return new WriterOptions(roll, other, whenFull, dropUnread, permissions, notice);
    }

    public WriterOptions whenFull(WhenFull other) {
        return new WriterOptions(roll, lockTimeout, other, dropUnread, permissions, notice);
    }

    public WriterOptions dropUnread(boolean other) {
        return new WriterOptions(roll, lockTimeout, whenFull, other, permissions, notice);
    }

    public WriterOptions permissions(Set<PosixFilePermission> other) {
        return new WriterOptions(roll, lockTimeout, whenFull, dropUnread, other, notice);
    }

    public WriterOptions notice(Consumer<String> other) {
        return new WriterOptions(roll, lockTimeout, whenFull, dropUnread, permissions, other);
    }
}

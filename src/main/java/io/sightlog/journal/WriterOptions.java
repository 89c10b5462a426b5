package io.sightlog.journal;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * How a writer behaves. Immutable: each method gives another one.
 *
 * @param roll how a new journal rolls; one that is there keeps its own
 * @param durability what a loss of power may take
 * @param lockTimeout how long an append waits for another writer that holds the write lock and lives, 0 to 1 day
 * @param whenFull what happens when there is no room on the device
 * @param dropUnread whether {@link WhenFull#DROP_OLDEST} also deletes what a named consumer has not read
 * @param permissions of the files of a new journal; those of its directories follow from them
 * @param notice told, in one line, when a writer begins to wait for room, and what it deletes; on the writer's thread
 * @param giveUp asked while waiting for room; true ends the wait with the error
 */
public record WriterOptions(
        Roll roll,
        Durability durability,
        Duration lockTimeout,
        WhenFull whenFull,
        boolean dropUnread,
        Set<PosixFilePermission> permissions,
        Consumer<String> notice,
        BooleanSupplier giveUp) {
    /** Rolling hourly, waiting 10 s for the lock, stopping when full, for its owner only, silent. */
    public static final WriterOptions DEFAULT = new WriterOptions(
            Roll.HOURLY,
            Durability.NONE,
            Duration.ofSeconds(10),
            WhenFull.STOP,
            false,
            PosixFilePermissions.fromString("rw-------"),
            line -> {},
            () -> false);

    public WriterOptions {
        Objects.requireNonNull(roll, "roll");
        Objects.requireNonNull(whenFull, "whenFull");
        Objects.requireNonNull(notice, "notice");
        Objects.requireNonNull(durability, "durability");
        Objects.requireNonNull(giveUp, "giveUp");
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
        return new WriterOptions(other, durability, lockTimeout, whenFull, dropUnread, permissions, notice, giveUp);
    }

    public WriterOptions durability(Durability other) {
        return new WriterOptions(roll, other, lockTimeout, whenFull, dropUnread, permissions, notice, giveUp);
    }

    public WriterOptions lockTimeout(Duration other) {
        return new WriterOptions(roll, durability, other, whenFull, dropUnread, permissions, notice, giveUp);
    }

    public WriterOptions whenFull(WhenFull other) {
        return new WriterOptions(roll, durability, lockTimeout, other, dropUnread, permissions, notice, giveUp);
    }

    public WriterOptions dropUnread(boolean other) {
        return new WriterOptions(roll, durability, lockTimeout, whenFull, other, permissions, notice, giveUp);
    }

    public WriterOptions permissions(Set<PosixFilePermission> other) {
        return new WriterOptions(roll, durability, lockTimeout, whenFull, dropUnread, other, notice, giveUp);
    }

    public WriterOptions notice(Consumer<String> other) {
        return new WriterOptions(roll, durability, lockTimeout, whenFull, dropUnread, permissions, other, giveUp);
    }

    public WriterOptions giveUp(BooleanSupplier other) {
        return new WriterOptions(roll, durability, lockTimeout, whenFull, dropUnread, permissions, notice, other);
    }
}

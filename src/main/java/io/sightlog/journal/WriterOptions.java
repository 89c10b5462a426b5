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
 * @param permissions of the files of a new journal; those of its directories follow from them
 * @param notice gets one line when a writer begins to wait for room, and what it deletes; on the writer's thread
 * @param giveUp asked while waiting for room; true ends the wait with the error
 * @param preTouch whether a thread of the writer has the kernel provide the pages it is going to write to, ahead of it, so that
 *     bursts and single appends do not wait for page faults. It needs a processor of its own: where there are fewer than 3, it
 *     can hurt. Nothing happens where there is no such call (elsewhere than on Linux 5.14 and newer)
 * @param retention which old cycles stay: the others are deleted with the first append, and at each change of cycle
 * @param retentionListener hears of that, on the writer's thread; an append never fails for it
 */
public record WriterOptions(
        Roll roll,
        Durability durability,
        Duration lockTimeout,
        WhenFull whenFull,
        Set<PosixFilePermission> permissions,
        Consumer<String> notice,
        BooleanSupplier giveUp,
        boolean preTouch,
        Retention.Policy retention,
        Retention.Listener retentionListener) {
    /** Rolling hourly, waiting 10 s for the lock, stopping when full, for its owner only, silent, keeping everything. */
    public static final WriterOptions DEFAULT = new WriterOptions(
            Roll.HOURLY,
            Durability.NONE,
            Duration.ofSeconds(10),
            WhenFull.STOP,
            PosixFilePermissions.fromString("rw-------"),
            line -> {},
            () -> false,
            false,
            Retention.Policy.KEEP_ALL,
            (plan, failure) -> {});

    public WriterOptions {
        Objects.requireNonNull(roll, "roll");
        Objects.requireNonNull(whenFull, "whenFull");
        Objects.requireNonNull(notice, "notice");
        Objects.requireNonNull(durability, "durability");
        Objects.requireNonNull(giveUp, "giveUp");
        Objects.requireNonNull(retention, "retention");
        Objects.requireNonNull(retentionListener, "retentionListener");
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
        return new WriterOptions(
                other,
                durability,
                lockTimeout,
                whenFull,
                permissions,
                notice,
                giveUp,
                preTouch,
                retention,
                retentionListener);
    }

    public WriterOptions durability(Durability other) {
        return new WriterOptions(
                roll,
                other,
                lockTimeout,
                whenFull,
                permissions,
                notice,
                giveUp,
                preTouch,
                retention,
                retentionListener);
    }

    public WriterOptions lockTimeout(Duration other) {
        return new WriterOptions(
                roll, durability, other, whenFull, permissions, notice, giveUp, preTouch, retention, retentionListener);
    }

    public WriterOptions whenFull(WhenFull other) {
        return new WriterOptions(
                roll,
                durability,
                lockTimeout,
                other,
                permissions,
                notice,
                giveUp,
                preTouch,
                retention,
                retentionListener);
    }

    public WriterOptions permissions(Set<PosixFilePermission> other) {
        return new WriterOptions(
                roll, durability, lockTimeout, whenFull, other, notice, giveUp, preTouch, retention, retentionListener);
    }

    public WriterOptions notice(Consumer<String> other) {
        return new WriterOptions(
                roll,
                durability,
                lockTimeout,
                whenFull,
                permissions,
                other,
                giveUp,
                preTouch,
                retention,
                retentionListener);
    }

    public WriterOptions giveUp(BooleanSupplier other) {
        return new WriterOptions(
                roll,
                durability,
                lockTimeout,
                whenFull,
                permissions,
                notice,
                other,
                preTouch,
                retention,
                retentionListener);
    }

    public WriterOptions preTouch(boolean other) {
        return new WriterOptions(
                roll,
                durability,
                lockTimeout,
                whenFull,
                permissions,
                notice,
                giveUp,
                other,
                retention,
                retentionListener);
    }

    public WriterOptions retention(Retention.Policy other, Retention.Listener listener) {
        return new WriterOptions(
                roll, durability, lockTimeout, whenFull, permissions, notice, giveUp, preTouch, other, listener);
    }

    /** Whether what a named consumer has not read is deleted, too: by retention, and by {@link WhenFull#DROP_OLDEST}. */
    public boolean dropUnread() {
        return retention.dropUnread();
    }
}

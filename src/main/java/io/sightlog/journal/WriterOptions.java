package io.sightlog.journal;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * How a writer behaves. Immutable: start from {@link #DEFAULT} and change what matters, as in
 * {@code WriterOptions.DEFAULT.roll(Roll.DAILY).durability(Durability.EVERY_EVENT)}. Each method gives another one.
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

    /** These, but a new journal rolls so. */
    public WriterOptions roll(Roll other) {
        return with(draft -> draft.roll = other);
    }

    /** These, but with another promise for a loss of power. What it costs is said at {@link Durability}. */
    public WriterOptions durability(Durability other) {
        return with(draft -> draft.durability = other);
    }

    /**
     * These, but waiting so long for a writer that holds the write lock and lives; one that has died is never waited for.
     *
     * @throws IllegalArgumentException when it is negative, or more than a day
     */
    public WriterOptions lockTimeout(Duration other) {
        return with(draft -> draft.lockTimeout = other);
    }

    /** These, but doing that when there is no room on the device. */
    public WriterOptions whenFull(WhenFull other) {
        return with(draft -> draft.whenFull = other);
    }

    /**
     * These, but a new journal's files are for those. One that is there keeps its own.
     *
     * @throws IllegalArgumentException when its owner could not read and write them
     */
    public WriterOptions permissions(Set<PosixFilePermission> other) {
        return with(draft -> draft.permissions = other);
    }

    /** These, but saying what it waits for, and what it deletes, a line each and on the writer's thread. */
    public WriterOptions notice(Consumer<String> other) {
        return with(draft -> draft.notice = other);
    }

    /** These, but asking this while it waits for room; true ends the wait with the error. */
    public WriterOptions giveUp(BooleanSupplier other) {
        return with(draft -> draft.giveUp = other);
    }

    /** These, but with a thread that has pages provided ahead of the writer, or without. */
    public WriterOptions preTouch(boolean other) {
        return with(draft -> draft.preTouch = other);
    }

    /**
     * These, but keeping only so much.
     *
     * @param listener hears what was deleted, on the writer's thread
     */
    public WriterOptions retention(Retention.Policy other, Retention.Listener listener) {
        return with(draft -> {
            draft.retention = other;
            draft.retentionListener = listener;
        });
    }

    /** Whether what a named consumer has not read is deleted, too: by retention, and by {@link WhenFull#DROP_OLDEST}. */
    public boolean dropUnread() {
        return retention.dropUnread();
    }

    private WriterOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new WriterOptions(
                draft.roll,
                draft.durability,
                draft.lockTimeout,
                draft.whenFull,
                draft.permissions,
                draft.notice,
                draft.giveUp,
                draft.preTouch,
                draft.retention,
                draft.retentionListener);
    }

    /** All of them while one is changed. */
    private static final class Draft {
        private Roll roll;
        private Durability durability;
        private Duration lockTimeout;
        private WhenFull whenFull;
        private Set<PosixFilePermission> permissions;
        private Consumer<String> notice;
        private BooleanSupplier giveUp;
        private boolean preTouch;
        private Retention.Policy retention;
        private Retention.Listener retentionListener;

        Draft(WriterOptions of) {
            roll = of.roll;
            durability = of.durability;
            lockTimeout = of.lockTimeout;
            whenFull = of.whenFull;
            permissions = of.permissions;
            notice = of.notice;
            giveUp = of.giveUp;
            preTouch = of.preTouch;
            retention = of.retention;
            retentionListener = of.retentionListener;
        }
    }
}

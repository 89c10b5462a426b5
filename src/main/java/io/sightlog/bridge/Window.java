package io.sightlog.bridge;

import io.sightlog.bridge.BridgeCounts.Reason;
import io.sightlog.journal.Position;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way to a broker, in the order of the journal: bounded in events and in bytes. Events are finished in any order;
 * the oldest one that is not says how far the journal is done with. The bound on events goes from the oldest one to the newest,
 * so that it also bounds what comes again after a death.
 *
 * <p><b>Threads.</b> One adds and waits; receipts come on any.
 */
final class Window {
    private static final byte UNDER_WAY = 0;
    private static final byte ACKED = 1;
    private static final byte SKIPPED = 2;

    /** An event that will never be delivered. */
    record Refused(Position position, UndeliverableException why) {}

    private final int mostEvents;
    private final long mostBytes;
    private final BridgeCounts counts;
    private final LongSupplier ticks;

    /** By number of the event, modulo the length: one more than may be on their way, for the one that waits for room. */
    private final @Nullable Position[] positions;

    private final int[] sizes;
    private final byte[] states;
    /** Of those that were left out. */
    private final @Nullable Reason[] reasons;
    /** Numbers of the oldest event, and of the next one. */
    private long oldest;

    private long next;
    private int sent;
    private long bytes;
    private boolean closed;
    private long changedTicks;
    private long acks;
    private @Nullable IOException failure;
    private final List<Refused> refused = new ArrayList<>();

    /**
     * @param ticks nanoseconds that only go forward
     * @param counts told of events that are finished, with all before them
     */
    Window(int mostEvents, long mostBytes, LongSupplier ticks, BridgeCounts counts) {
        this.mostEvents = mostEvents;
        this.mostBytes = mostBytes;
        this.counts = counts;
        this.ticks = ticks;
        this.positions = new Position[mostEvents + 1];
        this.sizes = new int[mostEvents + 1];
        this.states = new byte[mostEvents + 1];
        this.reasons = new Reason[mostEvents + 1];
        this.changedTicks = ticks.getAsLong();
    }

    /** From now on this event is outstanding; it waits for room. Not while another one does. */
    synchronized void add(Position position) {
        if (next - oldest > mostEvents) {
            throw new IllegalStateException("no room for " + position + ": " + mostEvents + " are there");
        }
        int slot = slot(next++);
        positions[slot] = position;
        states[slot] = UNDER_WAY;
        sizes[slot] = 0;
    }

    /**
     * Waits until the newest event, which was added and not sent, may go.
     *
     * @param size of its body in bytes, 0 when it is not to be sent
     * @param mostNanos how long to wait, at most
     * @return false when there is no room yet, or something has failed
     */
    synchronized boolean awaitRoom(int size, long mostNanos) {
        if (!hasRoom(size) && !hasFailed()) {
            await(mostNanos);
        }
        return hasRoom(size) && !hasFailed();
    }

    /**
     * Whether who waits for room should be woken: when a quarter is free, so that he is not woken for each event of many that are
     * acknowledged together, or nothing is on its way any more.
     */
    private boolean hasSpareRoom() {
        return sent == 0 || (next - oldest <= mostEvents - mostEvents / 4 && bytes <= mostBytes - mostBytes / 4);
    }

    private boolean hasRoom(int size) {
        return next - oldest <= mostEvents && (size == 0 || sent == 0 || bytes + size <= mostBytes);
    }

    /** The newest event is being sent. */
    synchronized Outlet.Receipt send(int size) {
        if (sent == 0) {
            changedTicks = ticks.getAsLong();
        }
        long number = next - 1;
        sizes[slot(number)] = Math.max(1, size); // 0 is none
        bytes += sizes[slot(number)];
        counts.inFlight().set(++sent);
        return new Sent(number);
    }

    /** The newest event has arrived before. */
    synchronized void arrived() {
        finish(next - 1, ACKED);
    }

    /** The newest event is not to go, whether it was being sent or not. */
    synchronized void skip(Reason reason) {
        long newest = next - 1;
        takeBack(newest);
        reasons[slot(newest)] = reason;
        finish(newest, SKIPPED);
    }

    private final class Sent implements Outlet.Receipt {
        private final long number;

        Sent(long number) {
            this.number = number;
        }

        @Override
        public void acked() {
            synchronized (Window.this) {
                if (!closed && isUnderWay(number)) {
                    acks++;
                    changedTicks = ticks.getAsLong();
                    counts.lastAcked().set(System.currentTimeMillis() / 1e3);
                    takeBack(number);
                    finish(number, ACKED);
                }
            }
        }

        @Override
        public void failed(IOException why) {
            synchronized (Window.this) {
                if (!closed && isUnderWay(number)) {
                    Position position = positions[slot(number)];
                    if (position != null && why instanceof UndeliverableException never && never.isOfOne()) {
                        refused.add(new Refused(position, never));
                    } else if (failure == null || why instanceof UndeliverableException) {
                        failure = why;
                    }
                    Window.this.notifyAll();
                }
            }
        }
    }

    private boolean isUnderWay(long number) {
        return number >= oldest && states[slot(number)] == UNDER_WAY;
    }

    private void takeBack(long number) {
        int slot = slot(number);
        if (sizes[slot] > 0) {
            bytes -= sizes[slot];
            sizes[slot] = 0;
            counts.inFlight().set(--sent);
        }
    }

    private void finish(long number, byte state) {
        states[slot(number)] = state;
        while (oldest < next && states[slot(oldest)] != UNDER_WAY) {
            int slot = slot(oldest++);
            positions[slot] = null;
            Reason reason = reasons[slot];
            if (reason == null) {
                counts.acked().add(1);
            } else {
                counts.skipped(reason).add(1);
                reasons[slot] = null;
            }
        }
        if (hasSpareRoom()) {
            notifyAll();
        }
    }

    private int slot(long number) {
        return (int) (number % positions.length);
    }

    /** The oldest event that is not finished, null when all are. */
    synchronized @Nullable Position oldest() {
        return oldest == next ? null : positions[slot(oldest)];
    }

    /** Events that were added and are not finished, or behind one that is not. */
    synchronized long unfinished() {
        return next - oldest;
    }

    /** Events that were sent and are not finished. */
    synchronized int sent() {
        return sent;
    }

    /** How many receipts said that the broker has one. */
    synchronized long acks() {
        return acks;
    }

    /** For how long nothing was acknowledged while something was on its way, in nanoseconds; 0 when nothing is. */
    synchronized long silentNanos() {
        return sent == 0 ? 0 : Math.max(0, ticks.getAsLong() - changedTicks);
    }

    /** Waits until a receipt comes, or that long. */
    synchronized void awaitChange(long mostNanos) {
        if (sent > 0 && !hasFailed()) {
            await(mostNanos);
        }
    }

    private void await(long mostNanos) {
        try {
            TimeUnit.NANOSECONDS.timedWait(this, mostNanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = failure == null ? new BrokerException("interrupted", e) : failure;
        }
    }

    /** The newest event, which was being sent, or the outlet itself has failed. */
    synchronized void failed(IOException why) {
        failure = failure == null ? why : failure;
    }

    synchronized boolean hasFailed() {
        return failure != null || !refused.isEmpty();
    }

    synchronized @Nullable IOException failure() {
        return failure;
    }

    /** Those of which receipts said so, oldest first. */
    synchronized List<Refused> refused() {
        List<Refused> sorted = new ArrayList<>(refused);
        sorted.sort((a, b) -> a.position().compareTo(b.position()));
        return sorted;
    }

    /** Receipts that come later tell nothing any more. */
    synchronized void close() {
        closed = true;
        sent = 0;
        counts.inFlight().set(0);
    }
}

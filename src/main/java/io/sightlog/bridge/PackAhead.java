package io.sightlog.bridge;

import io.sightlog.consume.Notices;
import io.sightlog.consume.Sink;
import io.sightlog.event.Event;
import io.sightlog.event.Memory;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * In front of an {@link OutgoingSink}: where events come in a row, it packs the next ones on a thread of its own, while those before them
 * are sent, as a line of JSON takes nearly as long to write as to send. The sink gets them in their order, on the consumption's thread.
 * Events that come one by one pass straight through.
 */
final class PackAhead implements Sink {
    /** So many are packed ahead, at most. */
    static final int MOST = 64;
    /** So many come without a pause before packing ahead begins. */
    private static final int ROW = 32;

    private static final int FIRST_BYTES = 4096;
    private static final long LOOK_NANOS = 100_000_000;
    private static final int SPINS = 200;

    private final Journal journal;
    private final OutgoingSink next;
    private final Packer packer;
    private final Notices notices;
    private final BooleanSupplier stop;
    private final Slot[] slots = new Slot[MOST + 1];
    private final Thread thread;

    private int inARow;
    /** Numbers of the oldest event that is here, of the next one to pack, and of the next one to come. */
    private long oldest;

    private volatile long packed;
    private volatile long given;
    private volatile boolean closed;
    /** Who waits for something to be packed. */
    private volatile @Nullable Thread waiting;

    /** A copy of an event, and what became of it. */
    private static final class Slot {
        private final Event event;
        private ByteBuffer bytes = ByteBuffer.allocateDirect(FIRST_BYTES);
        private Position position = new Position(0, 0);
        private @Nullable Envelope envelope;
        private @Nullable RuntimeException failure;

        Slot(Event event) {
            this.event = event;
        }

        void copy(Event from, Position at) {
            int size = from.totalBytes();
            if (bytes.capacity() < size) {
                bytes = ByteBuffer.allocateDirect(Math.max(size, 2 * bytes.capacity()));
            }
            long to = Memory.addressOf(bytes);
            Memory.copy(from.address(), to, size);
            event.wrapSound(to, size);
            event.at(at.index(), at.place());
            position = at;
            envelope = null;
            failure = null;
        }
    }

    /**
     * @param next stays the caller's
     * @param packer that {@code next} uses, too: never both at once
     * @param notices told of events that cannot be read
     */
    PackAhead(Journal journal, OutgoingSink next, Packer packer, Notices notices, BooleanSupplier stop) {
        this.journal = journal;
        this.next = next;
        this.packer = packer;
        this.notices = notices;
        this.stop = stop;
        var labels = journal.labels(); // the thread's own
        for (int i = 0; i < slots.length; i++) {
            slots[i] = new Slot(new Event(labels));
        }
        thread = new Thread(this::packAll, "sightlog-pack");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void accept(Event event) throws IOException {
        if (inARow < ROW) {
            inARow++;
            next.accept(event);
            return;
        }
        if (given - oldest == MOST) {
            awaitPacked();
            passOn(); // else it has just had enough, and this one is the last to come
        }
        Position position = new Position(event.index(), event.place());
        long number = given; // which nobody else changes
        slot(number).copy(event, position);
        given = number + 1;
        LockSupport.unpark(thread);
        while (oldest < packed && passOn()) {
            // as far as they are packed
        }
    }

    /** Passes the oldest one on, which is packed; false when no more are taken. */
    private boolean passOn() throws IOException {
        if (stop.getAsBoolean() || next.done()) {
            return false;
        }
        Slot slot = slot(oldest++);
        if (slot.failure instanceof UnreadableEventException unreadable) {
            notices.damage("event " + slot.position + " of " + journal.directory() + " cannot be read: "
                    + unreadable.getMessage());
        } else if (slot.failure != null) {
            throw slot.failure;
        } else {
            next.accept(slot.event, slot.envelope);
        }
        return true;
    }

    /** Until the oldest one is. */
    private void awaitPacked() {
        for (int i = 0; i < SPINS && oldest == packed; i++) {
            Thread.onSpinWait();
        }
        waiting = Thread.currentThread();
        while (oldest == packed) {
            LockSupport.parkNanos(this, LOOK_NANOS);
        }
        waiting = null;
    }

    private void passAllOn() throws IOException {
        while (oldest < given) {
            awaitPacked();
            if (!passOn()) {
                return;
            }
        }
    }

    private void packAll() {
        while (!closed) {
            long number = packed; // which nobody else changes
            if (number == given) {
                LockSupport.parkNanos(this, LOOK_NANOS);
                continue;
            }
            pack(slot(number));
            packed = number + 1;
            Thread one = waiting;
            if (one != null) {
                LockSupport.unpark(one);
            }
        }
    }

    private void pack(Slot slot) {
        try {
            slot.envelope = packer.stays(slot.event) == null ? packer.pack(slot.event, slot.position) : null;
        } catch (RuntimeException e) {
            slot.failure = e;
        }
    }

    private Slot slot(long number) {
        return slots[(int) (number % slots.length)];
    }

    /** Events that are here, and were not passed on. */
    long held() {
        return given - oldest;
    }

    @Override
    public void caughtUp() throws IOException {
        passAllOn();
        if (oldest == given) {
            inARow = 0;
        }
        next.caughtUp();
    }

    @Override
    public boolean done() {
        return next.done();
    }

    @Override
    public @Nullable Position outstanding() {
        Position before = next.outstanding();
        return before != null || oldest == given ? before : slot(oldest).position;
    }

    @Override
    public void finish() throws IOException {
        passAllOn();
        next.finish();
    }

    /** Waits until its thread has let go of everything. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

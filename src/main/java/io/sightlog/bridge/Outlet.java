package io.sightlog.bridge;

import io.sightlog.event.JournalId;
import io.sightlog.journal.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a broker on which events leave, from its opening to its first failure: then it is closed, and another one is
 * opened. What the broker's own client keeps for later is not relied upon.
 *
 * <p><b>Threads.</b> All methods but {@link #isConnected} are called by one thread. Receipts may be used by any.
 */
public interface Outlet extends AutoCloseable {
    /** Opens outlets. */
    @FunctionalInterface
    interface Opening {
        /**
         * @param bridge whose it is
         * @param stop whether to give up
         * @throws UndeliverableException when it will never be possible
         * @throws BrokerException when it may be possible later
         */
        Outlet open(Bridge bridge, BooleanSupplier stop) throws IOException;
    }

    /**
     * A bridge, as its own traces at the broker tell it from others.
     *
     * @param journal the journal that it reads
     * @param name of its consumer
     * @param resets how often that consumer was reset: what was sent before counts no more
     * @param isNew whether no position was ever saved, but where it began
     * @param handled the event up to which all are done with, and are not sent again; null when none is
     */
    record Bridge(
            JournalId journal,
            String name,
            int resets,
            boolean isNew,
            @Nullable Position handled) {
        /** One that has done nothing yet. */
        public Bridge(JournalId journal, String name, int resets, boolean isNew) {
            this(journal, name, resets, isNew, null);
        }
    }

    /** What is told of an event that was sent, once, by any thread. */
    interface Receipt {
        /** The broker has it, as surely as it was asked to. */
        void acked();

        /** It may not have it: {@link UndeliverableException} when it never will. The outlet is of no use any more. */
        void failed(IOException why);
    }

    /**
     * Whether an event is known to have arrived, from before this outlet: then it is not sent again. A position alone says nothing:
     * after a loss of power a journal may give it again, to another event. The sequence number of a producer is never given again.
     */
    boolean hasArrived(Position position, long producer, long sequence);

    /**
     * Sends; the receipt comes later. May wait for a second or two, not longer.
     *
     * @throws UndeliverableException when this can never be delivered
     * @throws BrokerException when this outlet is of no use any more
     */
    void send(Envelope envelope, Receipt receipt) throws IOException;

    /**
     * Sends a label set, so that it precedes, for every reader, the events that are sent after it and refer to it.
     *
     * @param content its bytes, as they are in the journal's catalogue
     */
    void sendLabels(long hash, byte[] content) throws IOException;

    /** There is nothing more to send for now: what is held back to be sent together goes out. Called again and again. */
    void caughtUp() throws IOException;

    /** No more is sent: what was is given that long to be acknowledged. */
    void finish(Duration most) throws IOException;

    /** Whether the broker can be reached now, as far as the client knows. */
    boolean isConnected();

    /** Lets go of it at once, whatever is on its way. */
    @Override
    void close();
}

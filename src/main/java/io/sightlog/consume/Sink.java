package io.sightlog.consume;

import io.sightlog.event.Event;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.Position;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What events are read for: they are printed, drawn, copied, or sent to somebody else.
 *
 * <p><b>How far it is done.</b> A sink that has done what it does when {@link #accept} returns, as one that prints and flushes,
 * need not say more: a named consumer's position is saved after each event that was read, selected or not, and at most one event
 * comes again after a kill. One that finishes later, as a broker's window or a batch for a database, says in {@link #outstanding}
 * which is the oldest event it has not finished. What is saved is never past that, so that after a kill none is lost, and at most
 * those that were outstanding come again.
 *
 * <p><b>Threads.</b> All methods are called by the thread of one {@link Consumption} at a time. A sink with threads of its own sees
 * to it that {@code outstanding} knows what they have done.
 *
 * <p><b>Ownership.</b> Who made a sink closes it; a consumption does not. An {@link Event} belongs to the reader, and is shown
 * only until {@code accept} returns: who needs it longer copies it.
 *
 * <p><b>Errors.</b> An exception ends the consumption, and nothing more is saved; {@link #finish} is not called then. An error of
 * a thread of its own is thrown by the next method that is called.
 */
@FunctionalInterface
public interface Sink extends AutoCloseable {
    /**
     * Takes an event. May wait, as for room in a window, but not longer than until a stop is asked for.
     *
     * @param event with the detections that were selected; shown until this returns
     * @throws UnreadableEventException when what the event holds itself cannot be read: it is reported, and the next one comes
     * @throws IOException when it cannot be done, and need not be tried with others
     */
    void accept(Event event) throws IOException;

    /** There is nothing more to read for now. Called again and again while that lasts: what is buffered goes out. */
    default void caughtUp() throws IOException {}

    /** Whether it has had enough: then no more events come. */
    default boolean done() {
        return false;
    }

    /**
     * The oldest event that it was given and has not finished. Never goes back: what it was before this is finished for good.
     *
     * @return null when all that it was given is finished
     */
    default @Nullable Position outstanding() {
        return null;
    }

    /**
     * No more events come in this run, which has ended by itself or was asked to stop: finishes what is outstanding, or gives up
     * after a bounded time, and leaves it outstanding.
     */
    default void finish() throws IOException {}

    /** Lets go of what it holds; what is outstanding stays so. */
    @Override
    default void close() throws IOException {}
}

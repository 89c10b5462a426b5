package io.sightlog.journal;

import io.sightlog.event.Event;

/** What a consumer does with an event. */
@FunctionalInterface
public interface EventHandler {
    /**
     * Handles one event, on the thread that polls. Throwing leaves the event unhandled: the position of a named consumer
     * stays before it, and the exception comes out of {@link JournalReader#poll}.
     *
     * @param event a reused view, valid until this returns
     */
    void onEvent(Event event);
}

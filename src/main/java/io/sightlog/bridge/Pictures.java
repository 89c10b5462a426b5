package io.sightlog.bridge;

import io.sightlog.event.Event;
import org.jspecify.annotations.Nullable;

/** Pictures of events, for bridges that send these. On the thread of the consumption. */
@FunctionalInterface
public interface Pictures {
    /**
     * The picture of an event, as a JPEG.
     *
     * @return null when there is none
     * @throws io.sightlog.event.UnreadableEventException when it is damaged
     */
    byte @Nullable [] jpeg(Event event);
}

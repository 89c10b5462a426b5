package io.sightlog.serve.live;

import java.util.Locale;

/** Why events were jumped over. Of several that come together, the last of these is told. */
enum Reason {
    /** More came than were asked for in a second. */
    RATE,
    /** An event's line is longer than {@link Messages#LONGEST_EVENT}; it can be asked for alone. */
    LARGE,
    /** The listener, or the server, could not keep up. */
    SLOW,
    /** They cannot be read. */
    UNREADABLE,
    /** They were deleted before they were read. */
    PRUNED;

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The graver one. */
    Reason and(Reason other) {
        return compareTo(other) >= 0 ? this : other;
    }
}

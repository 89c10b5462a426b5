package io.sightlog.bridge;

import io.sightlog.consume.Reading;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What goes out, and how. Immutable: each method that sets something gives another one.
 *
 * @param reading which events, under the name of a consumer; when it does not follow, it ends with what is there at the beginning
 * @param form of the bodies
 * @param pictures of events, where the form is {@link Form#SNAPSHOT}; else null
 * @param labels whether envelopes say the labels of the detections, which takes time
 * @param forward whether events that came in from a bridge go on
 * @param skipUndeliverable whether what can never be delivered is passed over; else it ends the bridge
 * @param windowEvents so many may be on their way, 1 to {@link #MOST_EVENTS}
 * @param windowBytes so many bytes of bodies may be on their way, 1 or more; one event may always be
 * @param drain how long a stop waits for what is on its way
 */
public record OutgoingOptions(
        Reading reading,
        Form form,
        @Nullable Pictures pictures,
        boolean labels,
        boolean forward,
        boolean skipUndeliverable,
        int windowEvents,
        long windowBytes,
        Duration drain) {
    public static final int MOST_EVENTS = 1_000_000;

    private static final int WINDOW_EVENTS = 10_000;
    private static final long WINDOW_BYTES = 16 << 20;
    private static final Duration DRAIN = Duration.ofSeconds(5);

    /** @throws IllegalArgumentException when the reading has no name, or a number is out of its range */
    public OutgoingOptions {
        if (reading.name() == null) {
            throw new IllegalArgumentException("a bridge reads under a name");
        }
        if ((form == Form.SNAPSHOT) != (pictures != null)) {
            throw new IllegalArgumentException("--format snapshot: only mqtt send has pictures");
        }
        if (windowEvents < 1 || windowEvents > MOST_EVENTS || windowBytes < 1 || drain.isNegative()) {
            throw new IllegalArgumentException("windowEvents=" + windowEvents + " windowBytes=" + windowBytes
                    + " drain=" + drain + ": 1 to " + MOST_EVENTS + ", 1 or more and 0 or more are needed");
        }
    }

    /** NDJSON, 10,000 events and 16 MiB on their way, 5 seconds at a stop; what came in stays, and nothing is passed over. */
    public static OutgoingOptions of(Reading reading) {
        return new OutgoingOptions(reading, Form.NDJSON, null, false, false, false, WINDOW_EVENTS, WINDOW_BYTES, DRAIN);
    }

    public OutgoingOptions form(Form newForm) {
        return new OutgoingOptions(
                reading, newForm, null, labels, forward, skipUndeliverable, windowEvents, windowBytes, drain);
    }

    /** Their pictures in place of the events; those without one do not go. */
    public OutgoingOptions snapshots(Pictures newPictures) {
        return new OutgoingOptions(
                reading,
                Form.SNAPSHOT,
                newPictures,
                labels,
                forward,
                skipUndeliverable,
                windowEvents,
                windowBytes,
                drain);
    }

    public OutgoingOptions labels(boolean newLabels) {
        return new OutgoingOptions(
                reading, form, pictures, newLabels, forward, skipUndeliverable, windowEvents, windowBytes, drain);
    }

    public OutgoingOptions forward(boolean newForward) {
        return new OutgoingOptions(
                reading, form, pictures, labels, newForward, skipUndeliverable, windowEvents, windowBytes, drain);
    }

    public OutgoingOptions skipUndeliverable(boolean newSkip) {
        return new OutgoingOptions(reading, form, pictures, labels, forward, newSkip, windowEvents, windowBytes, drain);
    }

    public OutgoingOptions window(int newEvents, long newBytes) {
        return new OutgoingOptions(
                reading, form, pictures, labels, forward, skipUndeliverable, newEvents, newBytes, drain);
    }

    public OutgoingOptions drain(Duration newDrain) {
        return new OutgoingOptions(
                reading, form, pictures, labels, forward, skipUndeliverable, windowEvents, windowBytes, newDrain);
    }

    /** The consumer's. */
    public String name() {
        String name = reading.name();
        if (name == null) {
            throw new IllegalStateException("a bridge reads under a name");
        }
        return name;
    }
}

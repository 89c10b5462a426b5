package io.sightlog.bridge;

import io.sightlog.metrics.Counter;
import io.sightlog.metrics.Gauge;
import io.sightlog.metrics.Metrics;

/**
 * What a bridge counts, in either direction, as metrics; what is told when it ends comes from here, too. Any thread.
 *
 * <p>Out: an event that was selected is <i>sent</i> once or more, and <i>acknowledged</i> once; one that is sent anew after a
 * rewind is <i>repeated</i>. In: a record is <i>received</i>, and either <i>appended</i> or <i>skipped</i>; one that is in the
 * journal already is <i>repeated</i>, which is no skip.
 */
public final class BridgeCounts {
    /** Why something was left out; the values of the label {@code reason}. */
    public enum Reason {
        /** It has been in this journal before. */
        LOOP,
        /** It came in from a bridge, and is not to go on. */
        FORWARDED,
        /** It has been in too many journals. */
        PATH,
        /** The broker or the journal takes nothing so large. */
        TOO_LARGE,
        /** It is no event, and only events are wanted. */
        NO_EVENT,
        /** It cannot be read. */
        DAMAGED,
        /** Pictures are sent, and there is none of it. */
        NO_PICTURE
    }

    private final Metrics metrics = new Metrics();
    private final Counter skipped;
    private final Counter.One sent;
    private final Counter.One acked;
    private final Counter.One repeated;
    private final Counter.One failures;
    private final Counter.One received;
    private final Counter.One appended;
    private final Gauge.One connected;
    private final Gauge.One lastAcked;
    private final Gauge.One inFlight;

    public BridgeCounts() {
        skipped = metrics.counter("sightlog_bridge_skipped_total", "Events and records that were left out.", "reason");
        sent = metrics.counter("sightlog_bridge_sent_total", "Events that were handed to the broker's client.")
                .of();
        acked = metrics.counter("sightlog_bridge_acknowledged_total", "Events that the broker has.")
                .of();
        repeated = metrics.counter(
                        "sightlog_bridge_repeated_total",
                        "Events that were sent again, or came again and are there already.")
                .of();
        failures = metrics.counter("sightlog_bridge_failures_total", "Connections that failed, or could not be made.")
                .of();
        received = metrics.counter("sightlog_bridge_received_total", "Records that the broker delivered.")
                .of();
        appended = metrics.counter("sightlog_bridge_appended_total", "Events that were appended for them.")
                .of();
        connected = metrics.gauge("sightlog_bridge_connected", "Whether the broker can be reached.")
                .of();
        lastAcked = metrics.gauge(
                        "sightlog_bridge_last_acknowledged_timestamp_seconds",
                        "When the broker or the journal last took something, since the epoch; 0 never.")
                .of();
        inFlight = metrics.gauge("sightlog_bridge_in_flight", "Events that were sent and are not acknowledged.")
                .of();
    }

    /** To be extended: the lag, the disk. */
    public Metrics metrics() {
        return metrics;
    }

    public Counter.One sent() {
        return sent;
    }

    public Counter.One acked() {
        return acked;
    }

    public Counter.One repeated() {
        return repeated;
    }

    public Counter.One failures() {
        return failures;
    }

    public Counter.One received() {
        return received;
    }

    public Counter.One appended() {
        return appended;
    }

    public Counter.One skipped(Reason reason) {
        return skipped.of(reason.name().toLowerCase(java.util.Locale.ROOT));
    }

    public Gauge.One connected() {
        return connected;
    }

    public Gauge.One lastAcked() {
        return lastAcked;
    }

    public Gauge.One inFlight() {
        return inFlight;
    }
}

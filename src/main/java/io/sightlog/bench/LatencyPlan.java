package io.sightlog.bench;

import io.sightlog.journal.IdleStrategy;
import java.util.ArrayList;
import java.util.List;

/**
 * What one round of {@code bench latency} does.
 *
 * @param rate events a second, 1 to {@link #MAX_RATE}
 * @param durationSeconds how long is measured
 * @param detections in every event, 0 to {@link #MAX_DETECTIONS}
 * @param consumers processes that read, 1 to {@link #MAX_CONSUMERS}
 * @param waiting how they wait
 * @param preTouch whether the producer has its pages provided ahead of it
 */
public record LatencyPlan(
        long rate, double durationSeconds, int detections, int consumers, IdleStrategy.Mode waiting, boolean preTouch) {
    public static final long MAX_RATE = 10_000_000;
    public static final int MAX_DETECTIONS = 10_000;
    public static final int MAX_CONSUMERS = 64;
    public static final double MAX_SECONDS = 3600;

    /** Sent at once, as fast as this, before anything is measured, so that code is compiled and pages are there. */
    private static final long WARM_UP_EVENTS = 50_000;

    private static final long WARM_UP_RATE = 50_000;

    /** Then this long at the rate that is measured. */
    private static final double SETTLE_SECONDS = 0.5;

    /** @throws IllegalArgumentException when a value is out of its range, saying which */
    public LatencyPlan {
        within("rate", rate, 1, MAX_RATE);
        within("detections", detections, 0, MAX_DETECTIONS);
        within("consumers", consumers, 1, MAX_CONSUMERS);
        if (!(durationSeconds > 0 && durationSeconds <= MAX_SECONDS)) {
            throw new IllegalArgumentException(
                    "duration=" + durationSeconds + " is not above 0 and up to " + MAX_SECONDS + " seconds");
        }
    }

    static void within(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + "=" + value + " is not in " + least + ".." + most);
        }
    }

    /** Events sent at {@link #warmUpRate} before the schedule begins. */
    long warmUpEvents() {
        return WARM_UP_EVENTS;
    }

    long warmUpRate() {
        return Math.max(rate, WARM_UP_RATE);
    }

    /** Events from the start of the schedule that are not measured yet. */
    long settlingEvents() {
        return Math.max(1, (long) (rate * SETTLE_SECONDS));
    }

    /** Events that are measured. */
    public long measuredEvents() {
        return Math.max(1, Math.round(rate * durationSeconds));
    }

    /** The sequence number of the first event that is measured. */
    long firstMeasured() {
        return warmUpEvents() + settlingEvents();
    }

    /** All events of a round. */
    long totalEvents() {
        return firstMeasured() + measuredEvents();
    }

    /** How long a round takes when all goes well, without the start of its processes. */
    double expectedSeconds() {
        return (double) warmUpEvents() / warmUpRate() + (double) (settlingEvents() + measuredEvents()) / rate;
    }

    /** As command-line options, which {@code bench} gives to its children. */
    List<String> options() {
        List<String> options = new ArrayList<>();
        options.add("--rate=" + rate);
        options.add("--duration=" + durationSeconds);
        options.add("--detections=" + detections);
        options.add("--consumers=" + consumers);
        options.add("--wait=" + waiting.name());
        if (preTouch) {
            options.add("--pre-touch");
        }
        return options;
    }
}

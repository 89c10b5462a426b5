package io.sightlog.bench;

/**
 * What one round of {@code bench throughput} does.
 *
 * @param events appended, replayed and copied in each of its steps, 1 to {@link #MAX_EVENTS}
 * @param detections in every event
 * @param batch events in one excerpt in the steps with batches, 2 to {@link #MAX_BATCH}
 * @param preTouch whether the writers have their pages provided ahead of them
 */
public record ThroughputPlan(long events, int detections, int batch, boolean preTouch) {
    public static final long MAX_EVENTS = 100_000_000;
    public static final int MAX_BATCH = 1024;

    /** @throws IllegalArgumentException when a value is out of its range, saying which */
    public ThroughputPlan {
        LatencyPlan.within("events", events, 1, MAX_EVENTS);
        LatencyPlan.within("detections", detections, 0, LatencyPlan.MAX_DETECTIONS);
        LatencyPlan.within("batch", batch, 2, MAX_BATCH);
    }
}

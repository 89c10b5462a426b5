package io.sightlog.bridge;

import io.sightlog.metrics.Liveness;
import io.sightlog.metrics.Readiness;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a bridge lives, which is that its loop goes round, and whether it is ready, which is that the broker is there; one that is away
 * is no reason to start the bridge anew. It is told what the bridge tells people, and passes that on. Any thread.
 */
public final class BridgeHealth implements BridgeNotices, Readiness {
    /** A round waits for the broker's client, which may take its time to close a connection. */
    private static final Duration LONGEST_ROUND = Duration.ofSeconds(60);

    private final BridgeCounts counts;
    private final BridgeNotices people;
    private final Liveness liveness = new Liveness(LONGEST_ROUND);
    private volatile @Nullable String away;

    public BridgeHealth(BridgeCounts counts, BridgeNotices people) {
        this.counts = counts;
        this.people = people;
    }

    public Liveness liveness() {
        return liveness;
    }

    /** The same question as the given one; asked by the bridge's loop, on this thread, it shows that it lives. */
    public BooleanSupplier watched(BooleanSupplier stop) {
        return liveness.beatsWith(stop);
    }

    @Override
    public @Nullable String whyNot() {
        if (counts.connected().value() > 0) {
            return null;
        }
        String why = away;
        return why == null ? "the broker was not reached yet" : "the broker is away: " + why;
    }

    @Override
    public void connected(String broker) {
        away = null;
        people.connected(broker);
    }

    @Override
    public void away(String why, String waiting) {
        away = why;
        people.away(why, waiting);
    }

    @Override
    public void passedOver(String what, String why) {
        people.passedOver(what, why);
    }

    @Override
    public void note(String text) {
        people.note(text);
    }
}

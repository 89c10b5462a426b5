package io.sightlog.cli;

import io.sightlog.bench.Nanos;
import io.sightlog.event.Event;
import io.sightlog.journal.NanoClock;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * How long events take from their append until they are read here, told every second and at the end. Events that were appended
 * before it was made say nothing about that and are left out. One thread.
 */
final class LiveLatency {
    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long HIGHEST_NANOS = TimeUnit.HOURS.toNanos(24);
    private static final int DIGITS = 3;

    private final NanoClock clock;
    private final PrintStream err;
    private final long beganNanos;
    private final Histogram all = new Histogram(HIGHEST_NANOS, DIGITS);
    private final Histogram recent = new Histogram(HIGHEST_NANOS, DIGITS);
    private long toldNanos;

    LiveLatency(NanoClock clock, PrintStream err) {
        this.clock = clock;
        this.err = err;
        this.beganNanos = clock.nanos();
        this.toldNanos = beganNanos;
    }

    /** An event was just read. */
    void read(Event event) {
        read(event.appendedNanos());
    }

    void read(long appendedNanos) {
        if (appendedNanos < beganNanos) {
            return;
        }
        long now = clock.nanos();
        tell(now); // what came before this one
        // the clocks of two processes differ by as much as reading them takes
        long nanos = Math.max(0, Math.min(now - appendedNanos, HIGHEST_NANOS));
        all.recordValue(nanos);
        recent.recordValue(nanos);
    }

    /** Nothing to read for now. */
    void idle() {
        tell(clock.nanos());
    }

    private void tell(long now) {
        if (now - toldNanos >= TELL_NANOS) {
            if (recent.getTotalCount() > 0) {
                err.printf(
                        Locale.ROOT,
                        "latency of %,d %s:",
                        recent.getTotalCount(),
                        Amounts.noun(recent.getTotalCount(), "event"));
                for (Percentile percentile : new Percentile[] {Percentile.P50, Percentile.P99, Percentile.MAX}) {
                    err.printf("  %s %s", percentile.label(), Nanos.text(percentile.of(recent)));
                }
                err.println();
                recent.reset();
            }
            toldNanos = now;
        }
    }

    /** All of it, once. */
    void ended() {
        err.printf(
                Locale.ROOT,
                "latency from append to read, %,d %s:%n",
                all.getTotalCount(),
                Amounts.noun(all.getTotalCount(), "event"));
        if (all.getTotalCount() > 0) {
            for (Percentile percentile : Percentile.values()) {
                err.printf("%10s %12s%n", percentile.label(), Nanos.text(percentile.of(all)));
            }
        }
    }
}

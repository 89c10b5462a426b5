package io.sightlog.cli;

import io.sightlog.bench.Nanos;
import io.sightlog.cli.options.Amounts;
import io.sightlog.event.Event;
import io.sightlog.journal.NanoClock;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
    private final Consumer<String> err;
    private final long beganNanos;
    private final Histogram all = new Histogram(HIGHEST_NANOS, DIGITS);
    private final Histogram recent = new Histogram(HIGHEST_NANOS, DIGITS);
    private long toldNanos;

    LiveLatency(NanoClock clock, Consumer<String> err) {
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
                StringBuilder line = new StringBuilder("latency of ").append(events(recent));
                for (Percentile percentile : new Percentile[] {Percentile.P50, Percentile.P99, Percentile.MAX}) {
                    line.append("  ").append(percentile.label()).append(' ').append(Nanos.text(percentile.of(recent)));
                }
                err.accept(line.toString());
                recent.reset();
            }
            toldNanos = now;
        }
    }

    /** All of it, once. */
    void ended() {
        err.accept("latency from append to read, " + events(all));
        if (all.getTotalCount() > 0) {
            for (Percentile percentile : Percentile.values()) {
                err.accept(String.format("%10s %12s", percentile.label(), Nanos.text(percentile.of(all))));
            }
        }
    }

    private static String events(Histogram latency) {
        long count = latency.getTotalCount();
        return String.format(Locale.ROOT, "%,d %s:", count, Amounts.noun(count, "event"));
    }
}

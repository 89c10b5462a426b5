package io.sightlog.inspect;

import io.sightlog.event.Event;
import io.sightlog.event.ShownTime;
import io.sightlog.inspect.Symptom.Area;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Steps of clocks, as the newest events show them. Stamps never run backwards in a journal: a clock that was set back shows
 * as many excerpts with one and the same stamp.
 */
final class ClockHealth {
    private static final long LOOKED_AT = 100_000;
    private static final long TOLERATED_NANOS = 1_000_000_000L;
    /** A clock ticks between so many excerpts, however fast they come. */
    private static final long SAME_STAMP = 100;

    private static final String LOOK_AT_CLOCK = "timedatectl status";

    private final Diagnosis diagnosis;
    private final NanoClock clock;

    private long sameStamp;
    private long stamp = Long.MIN_VALUE;
    private long index = -1;
    private long capturedFirst;
    private @Nullable Position sameFrom;
    private long fromFuture;
    private long fromFutureNanos;
    private @Nullable Position firstFromFuture;

    ClockHealth(Diagnosis diagnosis, NanoClock clock) {
        this.diagnosis = diagnosis;
        this.clock = clock;
    }

    void look(Journal journal) {
        boolean more = true;
        try (JournalReader reader = journal.reader(new Start.Last(LOOKED_AT))) {
            while (more) {
                try {
                    more = reader.next();
                    if (more) {
                        look(reader.event());
                    }
                } catch (DamageException e) {
                    more = e.canGoOn(); // verify tells
                }
            }
        }
        ended(0);
        long ahead = stamp - clock.nanos();
        if (stamp != Long.MIN_VALUE && ahead > TOLERATED_NANOS) {
            diagnosis.add(
                    Area.CLOCK,
                    "the newest event is stamped " + ShownTime.of(stamp) + ", " + rounded(ahead)
                            + " in the future: the clock was set back, and until then all events get that stamp",
                    LOOK_AT_CLOCK);
        }
        if (firstFromFuture != null) {
            diagnosis.add(
                    Area.CLOCK,
                    fromFuture + " of the newest " + LOOKED_AT + " events, the first at " + firstFromFuture
                            + ", were captured up to " + rounded(fromFutureNanos)
                            + " after they were appended: clocks of two machines differ, or one was set",
                    LOOK_AT_CLOCK);
        }
    }

    private void look(Event event) {
        Position position = new Position(event.index(), event.place());
        long late = event.capturedNanos() - event.appendedNanos();
        if (late > TOLERATED_NANOS) {
            fromFuture++;
            fromFutureNanos = Math.max(fromFutureNanos, late);
            firstFromFuture = firstFromFuture == null ? position : firstFromFuture;
        }
        if (event.appendedNanos() != stamp) {
            ended(event.appendedNanos());
            stamp = event.appendedNanos();
            sameStamp = 0;
            sameFrom = position;
            capturedFirst = event.capturedNanos();
        }
        if (event.index() != index) {
            sameStamp++; // the events of a batch may well have one stamp
            index = event.index();
        }
    }

    /** @param next the stamp after those that are the same, 0 when there is none yet */
    private void ended(long next) {
        if (sameStamp >= SAME_STAMP && sameFrom != null) {
            diagnosis.add(
                    Area.CLOCK,
                    "from " + sameFrom + " on, " + sameStamp + " excerpts have the same stamp, "
                            + ShownTime.of(stamp) + ": the clock was set back then"
                            + (next == 0 ? "" : ", and had caught up at " + ShownTime.of(next)),
                    LOOK_AT_CLOCK + "; capturedNanos of these events, the first " + ShownTime.of(capturedFirst)
                            + ", may tell more");
        }
    }

    private static String rounded(long nanos) {
        return Duration.ofSeconds(Math.round(nanos / 1e9))
                .toString()
                .substring(2)
                .toLowerCase(java.util.Locale.ROOT);
    }
}

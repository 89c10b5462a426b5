package io.sightlog.journal.internal.read;

import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.Signal;
import io.sightlog.journal.internal.os.Futex;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sleeps in the kernel until a writer appends.
 *
 * <p>The first idle call of a quiet time only announces the sleep: its caller then looks once more, as a consumer does between
 * two idle calls, and whatever was appended before the announcement is found by that look; whatever comes after it ends the
 * sleep. While there is no journal, or its signal file cannot be written, it parks.
 */
public final class FutexWait implements IdleStrategy {
    private static final int SPINS = 50;
    /** A sleep ends by itself after this long, so that a lost wake-up, as by a death between two stores, costs no more. */
    private static final long LONGEST_NANOS = 100_000_000;

    private final JournalDirectory directory;
    private final long longestNanos;
    private final IdleStrategy parking = IdleStrategy.parking();
    private @Nullable Signal signal;
    private int spins;
    private boolean announced;
    private int word;

    public FutexWait(JournalDirectory directory) {
        this(directory, LONGEST_NANOS);
    }

    public FutexWait(JournalDirectory directory, long longestNanos) {
        this.directory = directory;
        this.longestNanos = longestNanos;
    }

    @Override
    public void idle(int events) {
        if (events > 0) {
            spins = 0;
            announced = false;
            parking.idle(events);
        } else if (spins < SPINS) {
            spins++;
            Thread.onSpinWait();
        } else if (signal == null && !open()) {
            parking.idle(0);
        } else {
            sleep(Objects.requireNonNull(signal));
        }
    }

    private boolean open() {
        if (!Futex.isCallable()) {
            return false;
        }
        signal = Signal.tryOpen(directory);
        return signal != null;
    }

    private void sleep(Signal on) {
        if (announced) {
            on.sleep(word, longestNanos);
            announced = false;
        } else {
            word = on.announceSleep();
            announced = true;
        }
    }

    /** Whether it sleeps on the journal's signal, rather than parking. */
    @Override
    public Mode mode() {
        return signal == null ? Mode.PARK : Mode.FUTEX;
    }

    @Override
    public void close() {
        if (signal != null) {
            signal.close();
            signal = null;
        }
    }
}

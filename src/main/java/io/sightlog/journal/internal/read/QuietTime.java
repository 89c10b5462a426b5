package io.sightlog.journal.internal.read;

import java.util.concurrent.TimeUnit;

/**
 * How often a reader that finds nothing looks at the clock: seldom while it spins, since that costs more than a look for an event, and
 * each time when it sleeps in between. It waits for no more looks than a quarter of those that it has seen go by quickly, so
 * that who spins a little and then sleeps is not late. One thread at a time.
 */
public final class QuietTime {
    static final int LOOKS = 16;
    static final int MOST_LOOKS = 128;

    private static final int SHARE = 4;
    private static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private long nanos;
    private int looks = 1;
    /** Looks since there was an event or a pause. */
    private int quick;

    private long index;
    private int place;

    public QuietTime(long nowNanos) {
        this.nanos = nowNanos;
    }

    /**
     * Takes the time, once the looks are over that it gave last, 1 at first.
     *
     * @param lastIndex of the event that was found last, as is its place
     * @return how many looks until the next time
     */
    public int looks(long nowNanos, long lastIndex, int lastPlace) {
        long took = nowNanos - nanos;
        boolean still = took < QUICK_NANOS && lastIndex == index && lastPlace == place;
        nanos = nowNanos;
        index = lastIndex;
        place = lastPlace;
        quick = still ? Math.min(quick + looks, SHARE * MOST_LOOKS) : 0;
        if (took >= SLOW_NANOS) {
            looks = 1;
        } else if (looks < LOOKS) {
            looks *= 2;
        } else {
            looks = Math.max(LOOKS, quick / SHARE);
        }
        return looks;
    }
}

package io.sightlog.timeline;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Columns of equal width that cover a span, aligned to multiples of it from the epoch. The width is the first of a ladder with which there
 * are few enough.
 *
 * @param first number of the first one, from the epoch
 * @param widthNanos its width
 * @param count how many, 1 or more
 */
record Columns(long first, long widthNanos, int count) {
    static final int MOST = 8192;
    static final long SECOND = 1_000_000_000L;

    private static final long[] WIDTHS = widths();

    private static long[] widths() {
        List<Long> widths = new ArrayList<>();
        for (long unit = 1; unit < SECOND; unit *= 10) {
            widths.addAll(List.of(unit, unit * 2, unit * 5));
        }
        long minute = 60 * SECOND;
        long hour = 60 * minute;
        long day = 24 * hour;
        for (int n : new int[] {1, 2, 5, 10, 15, 30}) {
            widths.add(n * SECOND);
        }
        for (int n : new int[] {1, 2, 5, 10, 15, 30}) {
            widths.add(n * minute);
        }
        for (int n : new int[] {1, 2, 3, 6, 12}) {
            widths.add(n * hour);
        }
        for (int n : new int[] {1, 7, 30, 90, 360, 1080, 3600, 10_800, 36_000}) {
            widths.add(n * day);
        }
        widths.add(Long.MAX_VALUE / (30 * day) * (30 * day));
        return widths.stream().mapToLong(Long::longValue).toArray();
    }

    /**
     * @param fromNanos since the epoch; what is before the epoch holds nothing
     * @param toNanos behind the last one, more than that
     * @throws IllegalArgumentException when it is not, or there are no or too many columns
     */
    static Columns of(long fromNanos, long toNanos, int maxColumns) {
        if (fromNanos >= toNanos || toNanos <= 0) {
            throw new IllegalArgumentException("from " + fromNanos + " to " + toNanos
                    + " is no span of time: an end after the beginning and after 1970 is needed");
        }
        if (maxColumns < 1 || maxColumns > MOST) {
            throw new IllegalArgumentException("columns=" + maxColumns + ": 1 to " + MOST + " are needed");
        }
        long longest = WIDTHS[WIDTHS.length - 1];
        long from = Math.max(0, Math.min(fromNanos, longest - 1));
        long to = Math.min(toNanos, longest);
        int i = 0;
        while (count(from, to, WIDTHS[i]) > maxColumns) {
            i++;
        }
        return new Columns(from / WIDTHS[i], WIDTHS[i], (int) count(from, to, WIDTHS[i]));
    }

    /** Columns of a second that cover what these do, null when there would be fewer than so many. */
    @Nullable
    Columns inSeconds(int fewest) {
        long from = startNanos() / SECOND;
        long to = (endNanos() - 1) / SECOND + 1;
        return to - from < fewest ? null : new Columns(from, SECOND, (int) (to - from));
    }

    private static long count(long from, long to, long width) {
        return (to - 1) / width - from / width + 1;
    }

    long startNanos() {
        return first * widthNanos;
    }

    /** Behind the last one. */
    long endNanos() {
        return widthNanos > Long.MAX_VALUE / (first + count) ? Long.MAX_VALUE : (first + count) * widthNanos;
    }

    /** The column of a time that lies in one. */
    int column(long nanos) {
        return (int) (nanos / widthNanos - first);
    }

    boolean isOfSeconds() {
        return widthNanos >= SECOND;
    }
}

package io.sightlog.capture.live;

import java.util.Locale;

/** Durations for people. */
final class Durations {
    private static final double NANOS = 1e9;

    private Durations() {}

    /** As {@code 1.5 s}, {@code 12 s}, {@code 3 min 5 s}, {@code 2 h 10 min}. */
    static String text(long nanos) {
        double seconds = nanos / NANOS;
        long whole = Math.round(seconds);
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", seconds).replace(".0 s", " s");
        }
        if (whole < 60) {
            return whole + " s";
        }
        return whole < 3600
                ? whole / 60 + " min " + whole % 60 + " s"
                : whole / 3600 + " h " + whole % 3600 / 60 + " min";
    }
}

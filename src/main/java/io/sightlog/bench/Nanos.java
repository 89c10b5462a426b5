package io.sightlog.bench;

import java.util.Locale;

/** Nanoseconds for people. */
public final class Nanos {
    private static final String[] UNITS = {"ns", "µs", "ms", "s"};

    private Nanos() {}

    /** Three digits and a unit: {@code 847 ns}, {@code 1.25 µs}, {@code 36.4 ms}, {@code 1250 s}. */
    public static String text(long nanos) {
        double value = nanos;
        int unit = 0;
        while (Math.abs(value) >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        String format =
                unit == 0 || Math.abs(value) >= 99.95 ? "%.0f %s" : Math.abs(value) >= 9.995 ? "%.1f %s" : "%.2f %s";
        return String.format(Locale.ROOT, format, value, UNITS[unit]);
    }

    /** A power of ten, without decimals. */
    static String round(double nanos) {
        double value = nanos;
        int unit = 0;
        while (value >= 1000 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, "%.0f %s", value, UNITS[unit]);
    }
}

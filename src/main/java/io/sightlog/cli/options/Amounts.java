package io.sightlog.cli.options;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads and writes the durations and sizes people type. */
public final class Amounts {
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?) ?([a-zA-Z]*)");
    private static final long SECOND = 1_000;
    private static final long DAY = 24 * 60 * 60 * SECOND;
    private static final long MAX_MILLIS = 36_525 * DAY;
    private static final Map<String, Long> DURATIONS =
            Map.of("s", SECOND, "m", 60 * SECOND, "h", 3600 * SECOND, "d", DAY, "w", 7 * DAY);
    private static final Map<String, Long> SIZES = Map.of(
            "",
            1L,
            "b",
            1L,
            "kb",
            1_000L,
            "mb",
            1_000_000L,
            "gb",
            1_000_000_000L,
            "tb",
            1_000_000_000_000L,
            "kib",
            1L << 10,
            "mib",
            1L << 20,
            "gib",
            1L << 30,
            "tib",
            1L << 40);

    private Amounts() {}

    /** {@code 1 event}, {@code 2000 events}. */
    public static String count(long number, String noun) {
        return number + " " + noun(number, noun);
    }

    /** Without the number: {@code event}, {@code events}. */
    public static String noun(long number, String noun) {
        return number == 1 ? noun : noun + "s";
    }

    /** {@code 90s}, {@code 30m}, {@code 12h}, {@code 7d} or {@code 4w}. */
    public static final class DurationConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            long millis = amount(text, DURATIONS);
            if (millis < 0 || millis > MAX_MILLIS) {
                throw new TypeConversionException("bad duration \"" + text
                        + "\": a number and s, m, h, d or w are needed, as in 12h or 7d, up to 100 years");
            }
            return Duration.ofMillis(millis);
        }
    }

    /** Bytes, as {@code 500MB}, {@code 10GB} or {@code 2GiB}. */
    public static final class SizeConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            long bytes = amount(text, SIZES);
            if (bytes < 0) {
                throw new TypeConversionException("bad size \"" + text
                        + "\": a number and B, kB, MB, GB, TB, KiB, MiB, GiB or TiB are needed, as in 500MB or 10GB");
            }
            return bytes;
        }
    }

    /** A count of cycles. */
    public static final class CountConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            try {
                int count = Integer.parseInt(text);
                if (count > 0) {
                    return count;
                }
            } catch (NumberFormatException e) {
                // told below
            }
            throw new TypeConversionException(
                    "bad count \"" + text + "\": 1 or more is needed; the newest cycle always stays");
        }
    }

    private static long amount(String text, Map<String, Long> units) {
        Matcher matcher = AMOUNT.matcher(text);
        Long unit = matcher.matches() ? units.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
        if (unit == null) {
            return -1;
        }
        BigDecimal amount = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
        return amount.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0 ? -1 : amount.longValue();
    }

    /** A time that went by, as people read it: in its two largest units. */
    public static String span(long nanos) {
        long seconds = nanos / 1_000_000_000L;
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.3f s", nanos / 1e9);
        }
        if (seconds < 3600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        long hours = seconds / 3600;
        return hours < 48 ? hours + " h " + seconds % 3600 / 60 + " min" : hours / 24 + " days " + hours % 24 + " h";
    }

    /** As people read it. */
    public static String size(long bytes) {
        if (bytes < 10_000) {
            return bytes + " B";
        }
        double amount = bytes / 1e3;
        int unit = 0;
        while (amount >= 1000 && unit < 3) {
            amount /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, amount < 10 ? "%.1f %s" : "%.0f %s", amount, "kMGT".charAt(unit) + "B");
    }
}

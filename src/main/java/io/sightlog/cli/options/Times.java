package io.sightlog.cli.options;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Times as people type them, in nanoseconds since the epoch: RFC 3339, a local date with or without a time, {@code today},
 * {@code yesterday}, {@code now}, a time of today, an age such as {@code -5m}, or a number.
 *
 * <p>A number is in seconds, milliseconds, microseconds or nanoseconds since the epoch: in the unit in which it lies in this
 * century, which is never more than one. One that lies in it in no unit is a number of nanoseconds when it has their 19 digits, and
 * else no time.
 */
public final class Times {
    /** What can be typed, for people. */
    public static final String FORMS =
            "RFC 3339, 2026-11-28 10:00, 2026-11-28, yesterday 10:00, today, 10:00 or 10:00:30 of today, "
                    + "-5m, or a number since the epoch";

    private static final long CENTURY_BEGINS_SECONDS = 946_684_800; // 2000-01-01
    private static final long CENTURY_ENDS_SECONDS = 4_102_444_800L; // 2100-01-01
    private static final long NANOS_OF_SECOND = 1_000_000_000;
    private static final long LEAST_NANOS = 1_000_000_000_000_000_000L;

    private static final Pattern NUMBER = Pattern.compile("\\d{1,19}");
    private static final Pattern SECONDS_WITH_FRACTION = Pattern.compile("\\d{1,10}\\.\\d{1,9}");
    private static final Pattern DAY = Pattern.compile("(\\d{4}-\\d{2}-\\d{2}|today|yesterday)(?:[ T](.+))?");
    private static final Pattern CLOCK = Pattern.compile("\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?");
    private static final Pattern AGE = Pattern.compile("-(?:\\d{1,9}(?:ms|s|m|h|d|w))+");
    private static final Pattern PART_OF_AGE = Pattern.compile("(\\d+)(ms|s|m|h|d|w)");

    private Times() {}

    /**
     * @param zone of times that name none; asked for these alone, since asking for it makes the JDK look into every jar
     * @param now what ages and days are counted from
     * @return empty when it is no time, or does not fit into 64 bits
     */
    static OptionalLong parse(String text, Supplier<ZoneId> zone, Instant now) {
        try {
            return OptionalLong.of(read(text.strip(), zone, now));
        } catch (DateTimeException | ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    private static long read(String text, Supplier<ZoneId> zoneOfOthers, Instant now) {
        if (NUMBER.matcher(text).matches()) {
            return sinceEpoch(new BigDecimal(text).longValueExact());
        }
        if (SECONDS_WITH_FRACTION.matcher(text).matches()) {
            return new BigDecimal(text).movePointRight(9).longValueExact();
        }
        if (text.equals("now")) {
            return nanos(now);
        }
        if (AGE.matcher(text).matches()) {
            return Math.subtractExact(nanos(now), ageNanos(text));
        }
        Matcher day = DAY.matcher(text.toLowerCase(Locale.ROOT).replaceFirst("^(\\d{4}-\\d{2}-\\d{2})t", "$1T"));
        boolean isClock = CLOCK.matcher(text).matches();
        if (isClock
                || (day.matches()
                        && (day.group(2) == null || CLOCK.matcher(day.group(2)).matches()))) {
            ZoneId zone = zoneOfOthers.get();
            LocalDate today = LocalDate.ofInstant(now, zone);
            LocalDateTime local =
                    isClock ? today.atTime(LocalTime.parse(text)) : local(day.group(1), day.group(2), today);
            return nanos(local.atZone(zone).toInstant());
        }
        return nanos(OffsetDateTime.parse(text.replaceFirst("^(\\d{4}-\\d{2}-\\d{2})[ t]", "$1T"))
                .toInstant());
    }

    private static LocalDateTime local(String day, @Nullable String clock, LocalDate today) {
        LocalDate date = switch (day) {
            case "today" -> today;
            case "yesterday" -> today.minusDays(1);
            default -> LocalDate.parse(day);
        };
        return clock == null ? date.atStartOfDay() : date.atTime(LocalTime.parse(clock));
    }

    /**
     * A number in the unit in which it lies in this century, else in nanoseconds.
     *
     * @throws ArithmeticException when it is none of them
     */
    static long sinceEpoch(long number) {
        for (long perSecond = 1; perSecond < NANOS_OF_SECOND; perSecond *= 1000) {
            if (number >= CENTURY_BEGINS_SECONDS * perSecond && number < CENTURY_ENDS_SECONDS * perSecond) {
                return number * (NANOS_OF_SECOND / perSecond);
            }
        }
        if (number < LEAST_NANOS) {
            throw new ArithmeticException(number + " has no unit");
        }
        return number;
    }

    /** What to say of a text that is no time: a number lacks a unit, and may be meant for a year. */
    static String hint(String text) {
        if (!text.matches("\\d{1,19}")) {
            return "";
        }
        String year = text.matches("(19|20)\\d\\d") ? "; for the year: " + text + "-01-01" : "";
        return ": as a number since the epoch it lies in no unit between 2000 and 2100, and nanoseconds have 19 digits"
                + year;
    }

    private static long ageNanos(String text) {
        long nanos = 0;
        Matcher part = PART_OF_AGE.matcher(text);
        while (part.find()) {
            long unit = unitNanos(part.group(2));
            nanos = Math.addExact(nanos, Math.multiplyExact(Long.parseLong(part.group(1)), unit));
        }
        return nanos;
    }

    private static long unitNanos(String unit) {
        return switch (unit) {
            case "ms" -> NANOS_OF_SECOND / 1000;
            case "s" -> NANOS_OF_SECOND;
            case "m" -> 60 * NANOS_OF_SECOND;
            case "h" -> 3600 * NANOS_OF_SECOND;
            case "d" -> 86_400 * NANOS_OF_SECOND;
            default -> 7 * 86_400 * NANOS_OF_SECOND;
        };
    }

    private static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), NANOS_OF_SECOND), instant.getNano());
    }
}

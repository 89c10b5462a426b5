package io.sightlog.journal.internal.format;

import io.sightlog.journal.JournalException;
import io.sightlog.journal.Roll;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * The cycles of each {@link Roll}: when they begin, how their files are named, and how their index is laid out. Free of the library, so
 * that reading loads none of it; the numbers are the library's.
 */
public final class Cycles {
    private static final Map<Roll, Files> FILES = new EnumMap<>(Roll.class);

    static {
        put(Roll.SECONDLY, "yyyyMMdd-HHmmss'T'", 32768, 4);
        put(Roll.MINUTELY, "yyyyMMdd-HHmm", 2048, 16);
        put(Roll.FIVE_MINUTELY, "yyyyMMdd-HHmm'V'", 2048, 256);
        put(Roll.TEN_MINUTELY, "yyyyMMdd-HHmm'X'", 2048, 256);
        put(Roll.HALF_HOURLY, "yyyyMMdd-HHmm'H'", 2048, 256);
        put(Roll.HOURLY, "yyyyMMdd-HH'F'", 4096, 256);
        put(Roll.SIX_HOURLY, "yyyyMMdd-HH'VI'", 4096, 256);
        put(Roll.DAILY, "yyyyMMdd'F'", 4096, 256);
    }

    /** What the files of one roll have in common. */
    private record Files(String pattern, DateTimeFormatter name, int indexCount, int indexSpacing) {}

    private Cycles() {}

    private static void put(Roll roll, String pattern, int indexCount, int indexSpacing) {
        DateTimeFormatter name =
                DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
        FILES.put(roll, new Files(pattern, name, indexCount, indexSpacing));
    }

    private static Files files(Roll roll) {
        return Objects.requireNonNull(FILES.get(roll));
    }

    /** @throws JournalException when a journal rolls in a way this Sightlog does not know */
    public static Roll roll(long lengthMillis, String pattern) {
        for (Roll roll : Roll.values()) {
            if (roll.lengthMillis() == lengthMillis && pattern(roll).equals(pattern)) {
                return roll;
            }
        }
        throw new JournalException("this journal rolls every " + lengthMillis + " ms as " + pattern
                + ", which this Sightlog does not know; a newer one may");
    }

    /** The pattern of the files' names, as the journal keeps it. */
    static String pattern(Roll roll) {
        return files(roll).pattern;
    }

    /** How many entries a page of a file's index has, and how many pages the index may have. */
    public static int indexCount(Roll roll) {
        return files(roll).indexCount;
    }

    /** Every how many documents the index has an entry. */
    public static int indexSpacing(Roll roll) {
        return files(roll).indexSpacing;
    }

    /** When a cycle begins, since the epoch. */
    public static long startMillis(Roll roll, int cycle) {
        return cycle * roll.lengthMillis();
    }

    /** The cycle at a time. */
    public static int at(Roll roll, long epochMillis) {
        return Math.toIntExact(Math.floorDiv(epochMillis, roll.lengthMillis()));
    }

    public static String fileName(Roll roll, int cycle) {
        return files(roll).name.format(Instant.ofEpochMilli(startMillis(roll, cycle))) + JournalDirectory.CYCLE_SUFFIX;
    }

    /** The cycle a file belongs to; empty when it is not a cycle file of this roll. */
    public static OptionalInt named(Roll roll, String fileName) {
        if (!fileName.endsWith(JournalDirectory.CYCLE_SUFFIX)) {
            return OptionalInt.empty();
        }
        try {
            TemporalAccessor time = files(roll)
                    .name
                    .parse(fileName.substring(0, fileName.length() - JournalDirectory.CYCLE_SUFFIX.length()));
            LocalDateTime start = LocalDateTime.of(
                    time.get(ChronoField.YEAR),
                    time.get(ChronoField.MONTH_OF_YEAR),
                    time.get(ChronoField.DAY_OF_MONTH),
                    field(time, ChronoField.HOUR_OF_DAY),
                    field(time, ChronoField.MINUTE_OF_HOUR),
                    field(time, ChronoField.SECOND_OF_MINUTE));
            int cycle = at(roll, start.toInstant(ZoneOffset.UTC).toEpochMilli());
            return cycle >= 0 && fileName(roll, cycle).equals(fileName) ? OptionalInt.of(cycle) : OptionalInt.empty();
        } catch (DateTimeParseException | ArithmeticException e) {
            return OptionalInt.empty();
        }
    }

    private static int field(TemporalAccessor time, ChronoField field) {
        return time.isSupported(field) ? time.get(field) : 0;
    }
}

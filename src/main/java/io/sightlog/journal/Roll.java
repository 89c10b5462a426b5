package io.sightlog.journal;

import io.sightlog.journal.internal.format.JournalDirectory;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * How long one file of a journal is written before the next one begins. Chosen when a journal is created, kept in it, and
 * honoured by every later writer and reader. Free of the library, so that reading loads none of it; its numbers are the library's.
 */
public enum Roll {
    SECONDLY(1, "yyyyMMdd-HHmmss'T'", 32768, 4),
    MINUTELY(60, "yyyyMMdd-HHmm", 2048, 16),
    FIVE_MINUTELY(5 * 60, "yyyyMMdd-HHmm'V'", 2048, 256),
    TEN_MINUTELY(10 * 60, "yyyyMMdd-HHmm'X'", 2048, 256),
    HALF_HOURLY(30 * 60, "yyyyMMdd-HHmm'H'", 2048, 256),
    HOURLY(60 * 60, "yyyyMMdd-HH'F'", 4096, 256),
    SIX_HOURLY(6 * 60 * 60, "yyyyMMdd-HH'VI'", 4096, 256),
    DAILY(24 * 60 * 60, "yyyyMMdd'F'", 4096, 256);

    /** Bits of an index that count within a cycle, the same for every roll above. */
    public static final int SEQUENCE_BITS = 32;

    private static final long SEQUENCE_MASK = (1L << SEQUENCE_BITS) - 1;

    private final int lengthSeconds;
    private final String pattern;
    private final DateTimeFormatter fileName;
    private final int indexCount;
    private final int indexSpacing;

    Roll(int lengthSeconds, String pattern, int indexCount, int indexSpacing) {
        this.indexCount = indexCount;
        this.indexSpacing = indexSpacing;
        this.lengthSeconds = lengthSeconds;
        this.pattern = pattern;
        this.fileName = DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }

    /**
     * By its name without case, with {@code -} or {@code _}.
     *
     * @throws IllegalArgumentException listing the names there are
     */
    public static Roll named(String name) {
        return Arrays.stream(values())
                .filter(roll -> roll.text().equalsIgnoreCase(name.replace('_', '-')))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown roll \"" + name + "\": one of "
                        + Arrays.stream(values()).map(Roll::text).collect(Collectors.joining(", ")) + " is needed"));
    }

    /** @throws JournalException when a journal rolls in a way this Sightlog does not know */
    public static Roll of(long lengthMillis, String format) {
        for (Roll roll : values()) {
            if (roll.lengthMillis() == lengthMillis && roll.pattern.equals(format)) {
                return roll;
            }
        }
        throw new JournalException("this journal rolls every " + lengthMillis + " ms as " + format
                + ", which this Sightlog does not know; a newer one may");
    }

    /** As options and output name it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public long lengthMillis() {
        return lengthSeconds * 1000L;
    }

    /** How many entries a page of a file's index has, and how many pages the index may have. */
    public int indexCount() {
        return indexCount;
    }

    /** Every how many documents the index has an entry. */
    public int indexSpacing() {
        return indexSpacing;
    }

    /** The pattern of its files' names, as the journal keeps it. */
    String pattern() {
        return pattern;
    }

    public String fileName(int cycle) {
        return fileName.format(Instant.ofEpochMilli(startMillis(cycle))) + JournalDirectory.CYCLE_SUFFIX;
    }

    public long startMillis(int cycle) {
        return cycle * lengthMillis();
    }

    public int cycleAt(long epochMillis) {
        return Math.toIntExact(Math.floorDiv(epochMillis, lengthMillis()));
    }

    /** The cycle a file belongs to; empty when it is not a cycle file of this roll. */
    public OptionalInt cycleOf(String name) {
        if (!name.endsWith(JournalDirectory.CYCLE_SUFFIX)) {
            return OptionalInt.empty();
        }
        try {
            TemporalAccessor time =
                    fileName.parse(name.substring(0, name.length() - JournalDirectory.CYCLE_SUFFIX.length()));
            LocalDateTime start = LocalDateTime.of(
                    time.get(ChronoField.YEAR),
                    time.get(ChronoField.MONTH_OF_YEAR),
                    time.get(ChronoField.DAY_OF_MONTH),
                    field(time, ChronoField.HOUR_OF_DAY),
                    field(time, ChronoField.MINUTE_OF_HOUR),
                    field(time, ChronoField.SECOND_OF_MINUTE));
            int cycle = cycleAt(start.toInstant(ZoneOffset.UTC).toEpochMilli());
            return cycle >= 0 && fileName(cycle).equals(name) ? OptionalInt.of(cycle) : OptionalInt.empty();
        } catch (DateTimeParseException | ArithmeticException e) {
            return OptionalInt.empty();
        }
    }

    private static int field(TemporalAccessor time, ChronoField field) {
        return time.isSupported(field) ? time.get(field) : 0;
    }

    public static int cycle(long index) {
        return (int) (index >>> SEQUENCE_BITS);
    }

    public static long sequence(long index) {
        return index & SEQUENCE_MASK;
    }

    public static long index(int cycle, long sequence) {
        return ((long) cycle << SEQUENCE_BITS) | sequence;
    }
}

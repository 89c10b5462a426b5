package io.sightlog.journal;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How long one file of a journal, a cycle, is written before the next one begins: cycles are counted from the epoch, in UTC. Chosen
 * when a journal is created, kept in it, and honoured by every later writer and reader.
 */
public enum Roll {
    SECONDLY(1),
    MINUTELY(60),
    FIVE_MINUTELY(5 * 60),
    TEN_MINUTELY(10 * 60),
    HALF_HOURLY(30 * 60),
    HOURLY(60 * 60),
    SIX_HOURLY(6 * 60 * 60),
    DAILY(24 * 60 * 60);

    private final int lengthSeconds;

    Roll(int lengthSeconds) {
        this.lengthSeconds = lengthSeconds;
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

    /** As options and output name it: {@code five-minutely}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** How long a cycle is. */
    public long lengthMillis() {
        return lengthSeconds * 1000L;
    }
}

package io.sightlog.journal;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a loss of power, or of the machine, may take from a journal. The death of a process takes nothing at any level.
 *
 * @param kind which level
 * @param interval for {@link Kind#INTERVAL}, how often the device is waited for; else 0
 */
public record Durability(Kind kind, Duration interval) {
    /** The levels. */
    public enum Kind {
        /** Whatever the kernel had not written yet: some 30 seconds, by its usual settings. */
        NONE,
        /** What was appended in the last interval, and while the device was being waited for. */
        INTERVAL,
        /** Nothing whose append has returned. */
        EVERY_EVENT
    }

    public static final Durability NONE = new Durability(Kind.NONE, Duration.ZERO);
    public static final Durability EVERY_EVENT = new Durability(Kind.EVERY_EVENT, Duration.ZERO);

    private static final Pattern INTERVAL = Pattern.compile("interval=(\\d{1,9})(ms|s)");
    private static final Duration LONGEST = Duration.ofHours(1);

    public Durability {
        boolean timed = kind == Kind.INTERVAL;
        if (timed ? interval.toMillis() < 1 || interval.compareTo(LONGEST) > 0 : !interval.isZero()) {
            throw new IllegalArgumentException("interval=" + interval + ": 1 ms to 1 hour is needed");
        }
    }

    /** @throws IllegalArgumentException when it is not 1 ms to 1 hour */
    public static Durability interval(Duration interval) {
        return new Durability(Kind.INTERVAL, interval);
    }

    /**
     * As options name it: {@code none}, {@code interval=100ms}, {@code every-event}.
     *
     * @throws IllegalArgumentException saying what is needed
     */
    public static Durability parse(String text) {
        if (text.equals("none")) {
            return NONE;
        }
        if (text.equals("every-event")) {
            return EVERY_EVENT;
        }
        Matcher timed = INTERVAL.matcher(text);
        if (!timed.matches()) {
            throw new IllegalArgumentException(
                    "unknown durability \"" + text + "\": none, interval=TIME (100ms, 2s) or every-event is needed");
        }
        long number = Long.parseLong(timed.group(1));
        return interval(timed.group(2).equals("s") ? Duration.ofSeconds(number) : Duration.ofMillis(number));
    }

    /** As options name it. */
    public String text() {
        return kind == Kind.INTERVAL
                ? "interval=" + interval.toMillis() + "ms"
                : kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

package io.sightlog.text;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.TimeZone;

/** Nanoseconds since the epoch as RFC 3339. Remembers the last second, since events follow each other closely. */
final class Rfc3339 {
    private static final long SECOND = 1_000_000_000;
    private static final int MILLIS = 1000;
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT);

    private final TimeZone zone;
    private final int digits;
    private long second = Long.MIN_VALUE;
    private String before = "";
    private String after = "";

    /**
     * @param zone not a {@link java.time.ZoneId}, which looks for rules in every jar of the class path when it is first used
     * @param digits of the fraction, 1 to 9; what is finer is cut off
     */
    Rfc3339(TimeZone zone, int digits) {
        this.zone = zone;
        this.digits = digits;
    }

    /** With nine digits, ending in Z. */
    static Rfc3339 utcNanos() {
        return new Rfc3339(TimeZone.getTimeZone("UTC"), 9);
    }

    String format(long nanos) {
        long wanted = Math.floorDiv(nanos, SECOND);
        if (wanted != second) {
            var offset = ZoneOffset.ofTotalSeconds(zone.getOffset(wanted * MILLIS) / MILLIS);
            var time = Instant.ofEpochSecond(wanted).atOffset(offset);
            before = SECONDS.format(time) + ".";
            after = offset.getId();
            second = wanted;
        }
        String fraction = Long.toString(SECOND + Math.floorMod(nanos, SECOND));
        return before + fraction.substring(1, 1 + digits) + after;
    }
}

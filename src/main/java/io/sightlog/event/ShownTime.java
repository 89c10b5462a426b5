package io.sightlog.event;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.TimeZone;

/** A time as people read it, and can type it again. */
public final class ShownTime {
    private static final long SECOND = 1_000_000_000;
    private static final int MILLIS = 1000;
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT);

    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'", Locale.ROOT);

    private ShownTime() {}

    /**
     * In the local zone, with its offset, as {@code 2026-01-31T23:59:59.500+01:00}; what is finer than a millisecond is cut off.
     *
     * @param nanos since the epoch
     */
    public static String of(long nanos) {
        return of(nanos, TimeZone.getDefault()); // no ZoneId, which looks for rules in every jar of the class path
    }

    /** In UTC, with nine digits of the second, as in NDJSON: {@code 2026-01-31T22:59:59.500000000Z}. */
    public static String utc(long nanos) {
        long second = Math.floorDiv(nanos, SECOND);
        return UTC.format(
                OffsetDateTime.ofInstant(Instant.ofEpochSecond(second, Math.floorMod(nanos, SECOND)), ZoneOffset.UTC));
    }

    static String of(long nanos, TimeZone zone) {
        long second = Math.floorDiv(nanos, SECOND);
        ZoneOffset offset = ZoneOffset.ofTotalSeconds(zone.getOffset(second * MILLIS) / MILLIS);
        return FORMAT.format(
                OffsetDateTime.ofInstant(Instant.ofEpochSecond(second, Math.floorMod(nanos, SECOND)), offset));
    }
}

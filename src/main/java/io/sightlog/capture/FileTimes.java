package io.sightlog.capture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** When files say they were captured, in nanoseconds since the epoch. Times that do not fit are as good as none. */
final class FileTimes {
    private static final Pattern EXIF_TIME =
            Pattern.compile("(\\d{4})[:-](\\d\\d)[:-](\\d\\d)[ T](\\d\\d):(\\d\\d):(\\d\\d)");

    private FileTimes() {}

    /**
     * EXIF's DateTimeOriginal with its fraction and offset; without an offset it is taken in the local zone.
     *
     * @param fraction digits of the second's fraction, may be null
     * @param offset such as +02:00, may be null
     */
    static @Nullable Long exif(@Nullable String time, @Nullable String fraction, @Nullable String offset) {
        Matcher parts = EXIF_TIME.matcher(time == null ? "" : time);
        if (!parts.matches()) {
            return null;
        }
        try {
            LocalDateTime local = LocalDateTime.of(
                    Integer.parseInt(parts.group(1)),
                    Integer.parseInt(parts.group(2)),
                    Integer.parseInt(parts.group(3)),
                    Integer.parseInt(parts.group(4)),
                    Integer.parseInt(parts.group(5)),
                    Integer.parseInt(parts.group(6)));
            ZoneId zone = offset != null && offset.matches("Z|[+-]\\d\\d:\\d\\d")
                    ? ZoneId.of(offset)
                    : ZoneId.systemDefault();
            String digits = fraction != null && fraction.matches("\\d{1,9}") ? fraction : "0";
            long nanos = Long.parseLong((digits + "00000000").substring(0, 9));
            return nanos(local.atZone(zone).toInstant().plusNanos(nanos));
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** A container's {@code creation_time}. */
    static @Nullable Long iso(@Nullable String text) {
        try {
            return text == null ? null : nanos(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from));
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** Last modification. */
    static @Nullable Long modified(Path file) {
        try {
            return usable(Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS));
        } catch (IOException e) {
            return null;
        }
    }

    private static @Nullable Long nanos(Instant instant) {
        return usable(TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano());
    }

    private static @Nullable Long usable(long nanos) {
        return nanos > 0 && nanos < Long.MAX_VALUE ? nanos : null;
    }
}

package io.sightlog.capture;

import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.TimeZone;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** When files say they were captured, in nanoseconds since the epoch. Times that do not fit are as good as none. */
final class FileTimes {
    private FileTimes() {}

    /** EXIF DateTimeOriginal with its fraction and offset; without an offset it is taken in the local zone. */
    @SuppressWarnings("JavaUtilDate") // what the library gives
    static @Nullable Long exif(Metadata metadata) {
        for (ExifSubIFDDirectory exif : metadata.getDirectoriesOfType(ExifSubIFDDirectory.class)) {
            Date original = exif.getDateOriginal(TimeZone.getDefault());
            if (original != null) {
                return usable(TimeUnit.MILLISECONDS.toNanos(original.getTime()));
            }
        }
        return null;
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

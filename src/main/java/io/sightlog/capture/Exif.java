package io.sightlog.capture;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The two things of EXIF that matter here. Nothing else of it is looked at, and what is damaged is as good as not there, so that
 * no EXIF costs a picture.
 *
 * @param orientation 1..8, how the picture lies; 1 is upright
 * @param takenNanos when it was taken, nanoseconds since the epoch; null when it does not say so
 */
record Exif(int orientation, @Nullable Long takenNanos) {
    static final Exif NONE = new Exif(1, null);

    private static final int ORIENTATION = 0x0112;
    private static final int EXIF_DIRECTORY = 0x8769;
    private static final int TAKEN = 0x9003;
    private static final int TAKEN_OFFSET = 0x9011;
    private static final int TAKEN_FRACTION = 0x9291;
    private static final int MAX_TEXT_BYTES = 64;

    /** Of a TIFF, or of EXIF with or without {@code Exif\0\0} in front. */
    static Exif of(ByteBuffer bytes) {
        ByteBuffer tiff = TiffDirectory.view(bytes);
        if (tiff == null && bytes.remaining() > 6) {
            tiff = TiffDirectory.view(bytes.slice(bytes.position() + 6, bytes.remaining() - 6));
        }
        if (tiff == null) {
            return NONE;
        }
        try {
            return of(tiff, TiffDirectory.read(tiff, TiffDirectory.first(tiff)));
        } catch (IndexOutOfBoundsException e) {
            return NONE;
        }
    }

    /** Of a directory that may name another one with EXIF's own tags. */
    static Exif of(ByteBuffer tiff, TiffDirectory directory) {
        long orientation = directory.number(ORIENTATION, 1);
        return new Exif(orientation >= 1 && orientation <= 8 ? (int) orientation : 1, taken(tiff, directory));
    }

    private static @Nullable Long taken(ByteBuffer tiff, TiffDirectory directory) {
        long offset = directory.number(EXIF_DIRECTORY, 0);
        if (offset == 0) {
            return null;
        }
        try {
            TiffDirectory exif = TiffDirectory.read(tiff, offset);
            return FileTimes.exif(
                    exif.text(TAKEN, MAX_TEXT_BYTES),
                    exif.text(TAKEN_FRACTION, MAX_TEXT_BYTES),
                    exif.text(TAKEN_OFFSET, MAX_TEXT_BYTES));
        } catch (IndexOutOfBoundsException e) {
            return null;
        }
    }

    /** Whether a picture that lies like this is as high as it should be wide. */
    boolean sideways() {
        return orientation >= 5;
    }

    /** The same time, lying otherwise. */
    Exif lying(int otherOrientation) {
        return new Exif(otherOrientation, takenNanos);
    }
}

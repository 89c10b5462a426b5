package io.sightlog.capture;

import io.sightlog.capture.Still.Pixels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A picture that moves, as GIF, PNG and WebP can. Each of its frames changes a part of what the one before has left.
 *
 * @param width in pixels, as it lies in the file
 * @param height in pixels, as it lies in the file
 * @param exif how it lies, and when it was taken
 * @param background BGR of what no frame has covered, which is transparent
 * @param mixed whether half transparent pixels are mixed with the background where nothing else is under them; otherwise they
 *     keep their colour there
 * @param frames those that are there
 * @param ending what is wrong with its end; null when it is whole
 */
record Animation(
        long width,
        long height,
        Exif exif,
        int background,
        boolean mixed,
        List<Part> frames,
        @Nullable String ending) {
    /** Native memory for each pixel: the canvas, what is given back, a frame, and the picture made of it. */
    static final int BYTES_PER_PIXEL = 4 + 4 + 4 + 3;

    private static final long SHORTEST_NANOS = 10_000_000;
    private static final long USUAL_NANOS = 100_000_000;

    /** What becomes of a frame's part before the next is drawn. */
    enum Disposal {
        STAYS,
        /** It becomes transparent. */
        CLEARED,
        /** What was there before it comes back. */
        UNDONE
    }

    /**
     * A frame.
     *
     * @param delayNanos how long it is shown
     * @param blended whether its transparent pixels show what was there
     * @param cleared BGR of what is cleared
     * @param pixels decodes it, as BGR or BGRA of its own size
     */
    record Part(
            int x,
            int y,
            int width,
            int height,
            long delayNanos,
            Disposal disposal,
            boolean blended,
            int cleared,
            Pixels pixels) {}

    /** A delay as players have it: one of 10 ms or less stands for 100 ms. */
    static long delayNanos(long nanos) {
        return nanos <= SHORTEST_NANOS ? USUAL_NANOS : nanos;
    }

    /** How long all of it is shown. */
    long durationNanos() {
        return frames.stream().mapToLong(Part::delayNanos).sum();
    }

    /** As a picture that has to be decoded. */
    Still measured() {
        return new Still(width, height, exif, BYTES_PER_PIXEL, () -> {
            throw new UnreadableException("not a still picture");
        });
    }
}

package io.sightlog.capture;

import org.jspecify.annotations.Nullable;

/**
 * What to take of the sources.
 *
 * @param stride every which frame of a video is taken, from its first on, 1 or more
 * @param maxFrames after how many frames the run ends, over all sources, skips not counted, 0 or more
 * @param startNanos when the first frame of each video was captured, in nanoseconds since the epoch; null for when the run began
 * @param clock where times of capture come from
 * @param pages which of several pictures in one file are looked at
 */
public record CaptureOptions(
        int stride, long maxFrames, @Nullable Long startNanos, CaptureClock clock, Pages pages) {
    /** Everything, as of now. */
    public static final CaptureOptions DEFAULT =
            new CaptureOptions(1, Long.MAX_VALUE, null, CaptureClock.RUN, Pages.ALL);

    /** Where times of capture come from. */
    public enum CaptureClock {
        /** A picture: when it was read. A video: the start of the run. */
        RUN,
        /** A picture: EXIF, else the file's time. A video: its header, else the file's time. A given start wins for videos. */
        FILE
    }

    /** Which pictures of a file are looked at that has several, as a TIFF has pages. */
    public enum Pages {
        ALL,
        /** The first; that there are more is a skip. */
        FIRST
    }

    /** @throws IllegalArgumentException when a number is out of its range */
    public CaptureOptions {
        if (stride < 1) {
            throw new IllegalArgumentException("stride is " + stride + "; wanted: 1 or more");
        }
        if (maxFrames < 0) {
            throw new IllegalArgumentException("max-frames is " + maxFrames + "; wanted: 0 or more");
        }
    }

    public CaptureOptions withStride(int value) {
        return new CaptureOptions(value, maxFrames, startNanos, clock, pages);
    }

    public CaptureOptions withMaxFrames(long value) {
        return new CaptureOptions(stride, value, startNanos, clock, pages);
    }

    public CaptureOptions withStartNanos(@Nullable Long value) {
        return new CaptureOptions(stride, maxFrames, value, clock, pages);
    }

    public CaptureOptions withClock(CaptureClock value) {
        return new CaptureOptions(stride, maxFrames, startNanos, value, pages);
    }

    public CaptureOptions withPages(Pages value) {
        return new CaptureOptions(stride, maxFrames, startNanos, clock, value);
    }
}

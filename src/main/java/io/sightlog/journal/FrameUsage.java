package io.sightlog.journal;

/**
 * What kept frames take.
 *
 * @param files how many files
 * @param diskBytes what these take on disk
 */
public record FrameUsage(int files, long diskBytes) {
    public static final FrameUsage NONE = new FrameUsage(0, 0);

    FrameUsage plus(FrameUsage other) {
        return new FrameUsage(files + other.files, diskBytes + other.diskBytes);
    }

    FrameUsage minus(FrameUsage other) {
        return new FrameUsage(files - other.files, diskBytes - other.diskBytes);
    }
}

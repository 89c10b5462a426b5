package io.sightlog.journal.internal.frames;

/**
 * How large files of kept frames get.
 *
 * @param fileBytes a file that would be larger is followed by a new one
 * @param cycleBytes when a cycle begins, a file that has more is followed by a new one, so that frames go with their events
 */
public record FrameLimits(long fileBytes, long cycleBytes) {
    public static final FrameLimits DEFAULT = new FrameLimits(256L << 20, 4L << 20);
}

package io.sightlog.sink.draw;

/**
 * What was drawn.
 *
 * @param pictures files
 * @param videos files
 * @param videoFrames frames in them
 * @param skips events of frames that nobody looked at: nothing is drawn for them
 * @param notKept events of cameras whose picture was not kept: nothing is drawn for them
 * @param undrawn events whose source is gone, has changed or may not be opened
 */
public record DrawSummary(long pictures, long videos, long videoFrames, long skips, long notKept, long undrawn) {
    /** Whether everything that was looked at was drawn. */
    public boolean complete() {
        return undrawn == 0;
    }
}

package io.sightlog.produce.shm;

import java.util.List;

/**
 * What to take of a segment.
 *
 * @param stream name of the camera or job, may be empty
 * @param classes names of COCO, without case, or ids; empty for all
 * @param confidence detections of less are dropped
 * @param maxFrames after how many frames it ends
 * @param pollNanos from one look to the next while nothing changes
 */
public record SegmentOptions(String stream, List<String> classes, float confidence, long maxFrames, long pollNanos) {
    /** @throws IllegalArgumentException when a number is out of its range */
    public SegmentOptions {
        classes = List.copyOf(classes);
        if (maxFrames < 0) {
            throw new IllegalArgumentException("max-frames is " + maxFrames + "; wanted: 0 or more");
        }
    }
}

package io.sightlog.detect;

import io.sightlog.event.Detection;
import java.util.List;

/**
 * What was found in one picture, and how long it took.
 *
 * @param found strongest first, boxes in pixels of the picture, within it
 * @param inferNanos running the model
 * @param otherNanos preparing its input and reading its output
 */
public record Detections(List<Detection> found, long inferNanos, long otherNanos) {
    public Detections {
        found = List.copyOf(found);
    }
}

/**
 * How much of what was there when: counts of detections, frames, skips and messages over a span of time, from an index that is a pure
 * function of the journal and can be deleted. {@link io.sightlog.timeline.Timeline} is the face.
 */
@NullMarked
package io.sightlog.timeline;

import org.jspecify.annotations.NullMarked;

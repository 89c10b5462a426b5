package io.sightlog.pictures;

import io.sightlog.capture.Pictures;
import io.sightlog.event.Event;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * The frame of a source that an event is about, as the event says it.
 *
 * @param frame its number, from 0
 * @param positionNanos its place in what moves, 0 for a picture
 * @param digest 0 when unknown
 * @param width in pixels, 0 when unknown
 * @param height likewise
 */
record Wanted(long frame, long positionNanos, long digest, int width, int height) {
    static Wanted of(Event event) {
        return new Wanted(event.frame(), event.positionNanos(), event.digest(), event.width(), event.height());
    }

    /** Whether a frame that is shown at a place is this one beyond doubt, whatever its number. */
    boolean isProvenBy(Mat shown, long atNanos) {
        boolean sameSize = width <= 0 || height <= 0 || (width == shown.cols() && height == shown.rows());
        return sameSize && (digest == 0 ? atNanos == positionNanos : Pictures.digest(shown) == digest);
    }
}

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

    /** Whether it can be told by its pixels, and need not be counted from the first. */
    boolean canBeProven() {
        return digest != 0;
    }

    /** Whether a frame is this one, whatever its number. */
    boolean isProvenBy(Mat shown) {
        boolean sameSize = width <= 0 || height <= 0 || (width == shown.cols() && height == shown.rows());
        return canBeProven() && sameSize && Pictures.digest(shown) == digest;
    }
}

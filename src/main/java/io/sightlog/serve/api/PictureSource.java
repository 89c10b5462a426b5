package io.sightlog.serve.api;

import io.sightlog.event.Event;
import io.sightlog.pictures.UndrawableException;

/** Where the pictures of events come from. Any thread. */
@FunctionalInterface
public interface PictureSource {
    /**
     * The picture of a frame.
     *
     * @param event read before this returns
     * @param maxSide a larger picture is made smaller, so that its longer side has so many pixels
     * @param boxes whether detections are drawn into it
     * @throws UndrawableException when there is none; its message says why
     */
    Picture jpeg(Event event, int maxSide, boolean boxes) throws UndrawableException;

    /**
     * A picture.
     *
     * @param jpeg its file, not to be changed
     * @param isKept whether it was kept beside the event, else its source was opened
     * @param width of the frame that detections are measured in, in pixels; not of the picture when that was made smaller
     * @param height likewise
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    record Picture(byte[] jpeg, boolean isKept, int width, int height) {}
}

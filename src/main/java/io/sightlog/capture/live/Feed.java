package io.sightlog.capture.live;

import org.bytedeco.opencv.opencv_core.Mat;

/** A camera that is open. Owned by its camera's thread, but for {@link Shot}s, which anybody may take over. */
interface Feed extends AutoCloseable {
    /** Opens cameras. */
    @FunctionalInterface
    interface Opener {
        /**
         * @param limits asked again and again while the camera is waited for
         * @throws FeedException when it cannot be opened, or not in time
         */
        Feed open(LiveAddress address, LiveOptions options, Limits limits) throws FeedException;
    }

    /** Says when to give up. Asked by native code on the camera's thread. */
    interface Limits {
        /** The camera has done something: the time begins anew. */
        void alive();

        /** Whether the camera has been silent for too long, or is not wanted any more. */
        boolean isOver();
    }

    /** A decoded frame, before it is a picture. Used by one thread at a time; whoever has it closes it. */
    interface Shot extends AutoCloseable {
        /**
         * Converts it. The caller owns the picture: 8-bit BGR, continuous, upright.
         *
         * @throws FeedException when it cannot be converted
         */
        Mat picture() throws FeedException;

        @Override
        void close();
    }

    /** What came next. */
    sealed interface Next permits Decoded, Damaged {}

    /**
     * A frame.
     *
     * @param shot the caller closes it
     * @param stampNanos where the stream says it is, from an unknown beginning; {@link Long#MIN_VALUE} when it does not
     */
    record Decoded(Shot shot, long stampNanos) implements Next {}

    /**
     * Something that gives no frame, or one that is not sound.
     *
     * @param reason one line for people
     */
    record Damaged(String reason) implements Next {}

    /**
     * Waits for the next frame.
     *
     * @throws FeedException when there is none any more, or not in time
     */
    Next next() throws FeedException;

    @Override
    void close();
}

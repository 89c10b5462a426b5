package io.sightlog.capture;

import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/** Reads the frames of something that moves, in order. Owned by one thread; close it to free its native memory. */
public interface FrameReader extends AutoCloseable {
    /**
     * Goes to the next frame.
     *
     * @return false at the end
     * @throws UnreadableException when the next frame is damaged, is built on a damaged one, or should be there and is
     *     not; {@link #number} is then the number of that frame, and the one after it can be asked for unless this
     *     {@link #ended}
     */
    boolean advance() throws UnreadableException;

    /**
     * The picture of the frame last asked for, upright. The caller owns it and closes it.
     *
     * @throws UnreadableException when it cannot be converted
     */
    Mat picture() throws UnreadableException;

    /** Number of the frame last asked for, from 0; -1 before the first. Of several that are lost together the first's. */
    long number();

    /** Number of the frame that is asked for next. */
    default long nextNumber() {
        return number() + 1;
    }

    /** Place of the frame last asked for, 0 or more; rises from frame to frame. */
    long positionNanos();

    /** Whether nothing comes any more. */
    boolean ended();

    /** In pixels, upright, as the header says. */
    int width();

    /** In pixels, upright, as the header says. */
    int height();

    /** On average, 0 when unknown. */
    double framesPerSecond();

    /** As the header says, 0 when unknown. */
    long totalFrames();

    /** When the header says it was made, nanoseconds since the epoch; null when it does not. */
    @Nullable
    Long createdNanos();

    @Override
    void close();
}

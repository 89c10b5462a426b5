package io.sightlog.pictures;

import io.sightlog.capture.PictureFile;
import io.sightlog.capture.Pictures;
import io.sightlog.capture.UnreadableException;
import io.sightlog.event.Digest;
import io.sightlog.event.Event;
import org.bytedeco.opencv.opencv_core.Mat;

/** Whether what a source shows now is what an event was about. Stateless. */
public final class SameFrame {
    private SameFrame() {}

    /**
     * Decodes the picture of a file that an event is about.
     *
     * @param opened does not move
     * @return the caller owns it
     * @throws UndrawableException when the file is not what it was
     * @throws UnreadableException when the picture is damaged or too large
     */
    public static Pictures.Picture page(PictureFile opened, Event event)
            throws UndrawableException, UnreadableException {
        return page(opened, event.frame(), event.digest(), event.width(), event.height());
    }

    static Pictures.Picture page(PictureFile opened, long page, long digest, int width, int height)
            throws UndrawableException, UnreadableException {
        if (page < 0 || page >= opened.count()) {
            throw new UndrawableException("it has changed since: it has no picture " + page);
        }
        checkDigest("it has changed since", "its digest", opened.digest(), digest);
        Pictures.Picture read = opened.picture((int) page);
        try {
            checkSize(width, height, read.bgr().cols(), read.bgr().rows());
            return read;
        } catch (UndrawableException e) {
            read.close();
            throw e;
        }
    }

    /**
     * Likewise, of a frame of what moves.
     *
     * @param number of the frame, for the message
     * @param digest of the frame as the event has it, 0 when unknown; likewise the others
     */
    public static void check(Mat shown, long number, long digest, int width, int height) throws UndrawableException {
        checkSize(width, height, shown.cols(), shown.rows());
        if (digest != 0) {
            checkDigest(
                    "it has changed since, or an older version decoded it with other colours",
                    "digest of frame " + number,
                    Pictures.digest(shown),
                    digest);
        }
    }

    private static void checkDigest(String because, String what, long found, long expected) throws UndrawableException {
        if (expected != 0 && found != expected) {
            throw new UndrawableException(
                    because + ": " + what + " is " + Digest.hex(found) + ", not " + Digest.hex(expected));
        }
    }

    /** An event without a size says nothing about it. */
    private static void checkSize(int seenWidth, int seenHeight, int width, int height) throws UndrawableException {
        if (seenWidth > 0 && seenHeight > 0 && (seenWidth != width || seenHeight != height)) {
            throw new UndrawableException(
                    "it has changed since: " + width + "x" + height + ", not " + seenWidth + "x" + seenHeight);
        }
    }
}

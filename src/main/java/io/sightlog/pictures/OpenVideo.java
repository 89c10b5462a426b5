package io.sightlog.pictures;

import io.sightlog.capture.FrameReader;
import io.sightlog.capture.UnreadableException;
import io.sightlog.capture.VideoReader;
import java.util.concurrent.TimeUnit;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * A video, or a picture that moves, from which single frames are taken. It stays where it was, so that the next frame is only a step
 * away. One thread at a time.
 */
final class OpenVideo implements AutoCloseable {
    /** How far it is decoded on rather than jumped. */
    private static final long NEAR_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Some containers do not say when frames are shown that are stored in another order: after a jump they seem late. */
    private static final int LATE_FRAMES = 8;

    private static final long UNKNOWN_FRAME_NANOS = TimeUnit.MILLISECONDS.toNanos(40);
    private static final long MAX_FRAMES = 100_000;

    private final FrameReader reader;
    /** The same, when it can be jumped in; null for a picture that moves. */
    private final @Nullable VideoReader video;

    private boolean sought;
    private boolean shows;
    private Limit limit = new Limit(0, 0);

    /**
     * When looking for a frame is given up.
     *
     * @param nanos how long it may take, for the message
     * @param endNanoTime when that is over, as {@link System#nanoTime} counts
     */
    record Limit(long nanos, long endNanoTime) {
        static Limit in(long nanos) {
            return new Limit(nanos, System.nanoTime() + nanos);
        }

        UndrawableException exceeded(Wanted wanted) {
            return new UndrawableException("it was decoded for " + TimeUnit.NANOSECONDS.toSeconds(nanos)
                    + " s without coming to frame " + wanted.frame());
        }

        boolean isOver() {
            return System.nanoTime() - endNanoTime >= 0;
        }
    }

    /** @param reader closed with this; nothing was read of it yet, and a video was opened with a bound */
    OpenVideo(FrameReader reader) {
        this.reader = reader;
        this.video = reader instanceof VideoReader one ? one : null;
    }

    /** Bounds what is done from now on. */
    void limit(Limit until) {
        limit = until;
        if (video != null) {
            video.readUntil(until.endNanoTime);
        }
    }

    /** Whether a frame is no more than some steps away, or there is no other way to it than stepping from here. */
    boolean isNear(Wanted wanted) {
        if (video == null || !wanted.canBeProven()) {
            return !sought && reader.number() <= wanted.frame();
        }
        long ahead = wanted.positionNanos() - reader.positionNanos();
        return ahead <= NEAR_NANOS && (shows ? ahead > -frameNanos() / 2 : !sought && reader.number() < 0);
    }

    /**
     * A frame, where it is only some steps away or can be jumped to. What is jumped to is told by its digest alone: some containers are
     * not sure about places.
     *
     * @return null when it is not found so, which does not mean that it is not there
     * @throws UndrawableException when all frames were read in order up to it, and it is another one
     */
    @Nullable
    Mat find(Wanted wanted) throws UndrawableException, UnreadableException {
        boolean near = isNear(wanted);
        if (near && !sought && reader.number() <= wanted.frame()) {
            return inOrder(wanted);
        }
        if (video == null || !wanted.canBeProven() || wanted.positionNanos() <= 0) {
            return null;
        }
        try {
            if (!near) {
                shows = false;
                sought = true;
                video.seek(wanted.positionNanos());
                step();
            }
            return byPlace(wanted);
        } catch (UnreadableException e) {
            return null;
        }
    }

    private @Nullable Mat byPlace(Wanted wanted) throws UnreadableException {
        long late = wanted.positionNanos() + LATE_FRAMES * frameNanos();
        while (!reader.ended() && reader.positionNanos() <= late && !limit.isOver()) {
            if (shows && reader.positionNanos() >= wanted.positionNanos() - frameNanos() / 2) {
                Mat picture = reader.picture();
                if (wanted.isProvenBy(picture)) {
                    return picture;
                }
                picture.close();
            }
            step();
        }
        return null;
    }

    /**
     * A frame by its number, decoding all before it. To be asked for before any other.
     *
     * @throws UndrawableException when it is not there or another one, or too far from the first
     * @throws UnreadableException when it is damaged
     */
    Mat inOrder(Wanted wanted) throws UndrawableException, UnreadableException {
        long steps = 0;
        while (reader.nextNumber() < wanted.frame() && !reader.ended()) {
            if (++steps > MAX_FRAMES || limit.isOver()) {
                break;
            }
            step();
        }
        if (reader.nextNumber() == wanted.frame() && !limit.isOver()) {
            shows = false;
            shows = reader.advance();
        }
        if (!shows || reader.number() != wanted.frame()) {
            shows = false;
            throw notReached(wanted, steps);
        }
        Mat picture = reader.picture();
        try {
            SameFrame.check(picture, wanted.frame(), wanted.digest(), wanted.width(), wanted.height());
            return picture;
        } catch (UndrawableException e) {
            picture.close();
            throw e;
        }
    }

    /** Whether it came to the frame that was asked for {@linkplain #inOrder in order}, and showed another one. */
    boolean showsAnother() {
        return shows;
    }

    private UndrawableException notReached(Wanted wanted, long steps) {
        if (limit.isOver()) {
            return limit.exceeded(wanted);
        }
        if (steps > MAX_FRAMES) {
            return new UndrawableException(
                    "it was decoded for " + MAX_FRAMES + " frames without coming to frame " + wanted.frame());
        }
        if (reader.ended()) {
            return new UndrawableException("it ends before frame " + wanted.frame());
        }
        return new UndrawableException("it has changed since: frame " + wanted.frame() + " cannot be decoded");
    }

    /** Goes on; what is damaged is passed over. */
    private void step() {
        shows = false;
        try {
            shows = reader.advance();
        } catch (UnreadableException e) {
            // the frame after it may be sound
        }
    }

    private long frameNanos() {
        double rate = reader.framesPerSecond();
        return rate > 0 ? (long) Math.max(1, 1e9 / rate) : UNKNOWN_FRAME_NANOS;
    }

    @Override
    public void close() {
        reader.close();
    }
}

package io.sightlog.capture;

import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;

import java.util.PriorityQueue;
import org.bytedeco.ffmpeg.avutil.AVRational;

/**
 * Places in a video: 0 at its start stamp, strictly rising from frame to frame, whatever its stamps do.
 *
 * <p>Containers such as AVI say only in which order and at which ticks packets are decoded. Frames are shown at the same
 * ticks, in another order: the n-th frame that is shown gets the n-th tick.
 */
final class FrameClock {
    /** Stamps that go back by more frames begin anew, as where recordings were joined. */
    private static final int RESTART_FRAMES = 4;

    private static final long RESTART_NANOS = 1_000_000_000;

    private static final AVRational NANOS = new AVRational().num(1).den(1_000_000_000);

    private final AVRational timeBase;
    private final double framesPerSecond;
    private final PriorityQueue<Long> decodingStamps = new PriorityQueue<>();
    private long startStamp;
    private long shiftNanos;
    private long lastNanos = -1;
    private boolean showingStampsSeen;
    private boolean startSeen;

    /** @param startStamp what the container says its first stamp is, {@code AV_NOPTS_VALUE} when it does not */
    FrameClock(AVRational timeBase, long startStamp, double framesPerSecond) {
        this.timeBase = timeBase;
        this.startStamp = startStamp;
        this.framesPerSecond = framesPerSecond;
    }

    /** One with the same places, for frames that are read from another place on. */
    FrameClock elsewhere() {
        FrameClock other = new FrameClock(timeBase, startStamp, framesPerSecond);
        other.showingStampsSeen = showingStampsSeen;
        other.startSeen = startSeen || lastNanos >= 0;
        return other;
    }

    /** The stamp of a place; {@code AV_NOPTS_VALUE} before the first frame of a video that does not say where it starts. */
    long stamp(long nanos) {
        return startStamp == AV_NOPTS_VALUE ? startStamp : startStamp + av_rescale_q(nanos, NANOS, timeBase);
    }

    /** A packet that will be shown is about to be decoded. */
    void decoding(long showingStamp, long decodingStamp) {
        showingStampsSeen |= showingStamp != AV_NOPTS_VALUE;
        if (!showingStampsSeen && decodingStamp != AV_NOPTS_VALUE) {
            decodingStamps.add(decodingStamp);
        }
    }

    /**
     * The place of the next frame in the order of showing.
     *
     * @param stamp {@code AV_NOPTS_VALUE} when it has none
     * @param reordered whether frames are shown in another order than decoded
     * @param decodedAt the decoding stamp of its own packet
     */
    long place(long stamp, boolean reordered, long decodedAt) {
        long known = stamp;
        if (known == AV_NOPTS_VALUE && !showingStampsSeen) {
            Long earliest = decodingStamps.poll();
            known = reordered && earliest != null ? earliest : decodedAt;
        }
        lastNanos = known == AV_NOPTS_VALUE ? next() : rising(known);
        return lastNanos;
    }

    private long rising(long stamp) {
        boolean first = lastNanos < 0 && !startSeen;
        if (startStamp == AV_NOPTS_VALUE
                || (first && Math.abs(av_rescale_q(stamp - startStamp, timeBase, NANOS)) < frameNanos())) {
            startStamp = stamp; // containers round what they say of the start
        }
        long nanos = Math.max(0, av_rescale_q(stamp - startStamp, timeBase, NANOS) + shiftNanos);
        if (nanos > lastNanos) {
            return nanos;
        }
        if (lastNanos - nanos > Math.min(RESTART_NANOS, RESTART_FRAMES * Math.max(1, frameNanos()))) {
            shiftNanos += next() - nanos;
            return next();
        }
        return lastNanos + Math.max(1, Math.min(av_rescale_q(1, timeBase, NANOS), frameNanos() / 2));
    }

    /** The place after the last frame. */
    long next() {
        return lastNanos < 0 ? 0 : lastNanos + Math.max(1, frameNanos());
    }

    private long frameNanos() {
        return framesPerSecond > 0 ? Math.round(1e9 / framesPerSecond) : 0;
    }

    /** Passes over stamps that a packet without a frame has taken. */
    void passOver(long decodingStamp) {
        decodingStamps.remove(decodingStamp);
    }
}

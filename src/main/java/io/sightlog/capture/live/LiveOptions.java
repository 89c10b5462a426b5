package io.sightlog.capture.live;

/**
 * How cameras are read.
 *
 * @param timeoutNanos longest that a camera may say nothing, while it is opened and afterwards, above 0
 * @param reconnect whether a camera that is gone is waited for, for ever
 * @param transport how an RTSP camera sends
 * @param insecure whether a certificate of anybody is taken
 * @param framesPerSecond most frames of each camera that are given in a second; 0 for as many as are taken
 * @param maxFrames after how many frames of all cameras the run ends, 0 or more
 */
public record LiveOptions(
        long timeoutNanos,
        boolean reconnect,
        Transport transport,
        boolean insecure,
        double framesPerSecond,
        long maxFrames) {
    public static final long DEFAULT_TIMEOUT_NANOS = 10_000_000_000L;

    public static final LiveOptions DEFAULT =
            new LiveOptions(DEFAULT_TIMEOUT_NANOS, true, Transport.AUTO, false, 0, Long.MAX_VALUE);

    /** How an RTSP camera sends its frames. */
    public enum Transport {
        /** TCP, and UDP where a camera has no TCP. */
        AUTO,
        TCP,
        UDP
    }

    /** @throws IllegalArgumentException when a number is out of its range */
    public LiveOptions {
        if (timeoutNanos <= 0) {
            throw new IllegalArgumentException("source-timeout is " + timeoutNanos + " ns; wanted: more than 0");
        }
        if (!(framesPerSecond >= 0 && framesPerSecond <= 1000)) {
            throw new IllegalArgumentException("fps is " + framesPerSecond + "; wanted: 0 to 1000");
        }
        if (maxFrames < 0) {
            throw new IllegalArgumentException("max-frames is " + maxFrames + "; wanted: 0 or more");
        }
    }
}

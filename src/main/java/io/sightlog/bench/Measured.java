package io.sightlog.bench;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * What one consumer measured in one round.
 *
 * @param latency of each event, in nanoseconds, from when it was due until it was read
 * @param wallNanos from the first measured event to the last
 * @param cpuNanos processor time of the consumer's process meanwhile
 */
public record Measured(Histogram latency, long wallNanos, long cpuNanos) {
    /** What took longer is counted as this. */
    static final long HIGHEST_NANOS = TimeUnit.HOURS.toNanos(1);

    private static final int DIGITS = 3;

    static Histogram histogram() {
        return new Histogram(HIGHEST_NANOS, DIGITS);
    }

    /** As one line without spaces at its ends, for {@link #parse}. */
    public String text() {
        ByteBuffer buffer = ByteBuffer.allocate(latency.getNeededByteBufferCapacity());
        int bytes = latency.encodeIntoCompressedByteBuffer(buffer);
        return wallNanos + " " + cpuNanos + " "
                + Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), bytes));
    }

    /** @throws IllegalArgumentException when it is not what {@link #text} gives */
    static Measured parse(String text) {
        String[] words = text.split(" ", -1);
        if (words.length != 3) {
            throw new IllegalArgumentException("three words are needed, not " + words.length);
        }
        try {
            ByteBuffer buffer = ByteBuffer.wrap(Base64.getDecoder().decode(words[2]));
            Histogram latency = Histogram.decodeFromCompressedByteBuffer(buffer, HIGHEST_NANOS);
            return new Measured(latency, Long.parseLong(words[0]), Long.parseLong(words[1]));
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("its histogram is damaged: " + e.getMessage(), e);
        }
    }

    /** Percent of one core, 0 when nothing was measured that takes time. */
    double cpuPercent() {
        return wallNanos <= 0 ? 0 : 100.0 * cpuNanos / wallNanos;
    }
}

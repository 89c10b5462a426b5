package io.sightlog.capture;

import org.jspecify.annotations.Nullable;

/**
 * What a video says about itself.
 *
 * @param width in pixels, upright
 * @param height in pixels, upright
 * @param framesPerSecond 0 when unknown
 * @param totalFrames 0 when unknown
 * @param createdNanos when it was made, nanoseconds since the epoch; null when unknown
 * @param averageRate frames per second on average
 * @param gridRate the lowest rate on whose grid all frames lie
 * @param pixelShape of the upright picture, width to height
 * @param otherTracks how many videos there are in it besides this one; cover pictures are none
 */
public record VideoHeader(
        int width,
        int height,
        double framesPerSecond,
        long totalFrames,
        @Nullable Long createdNanos,
        Ratio averageRate,
        Ratio gridRate,
        Ratio pixelShape,
        int otherTracks) {
    /** A fraction as a file has it; 0 in either place when unknown. */
    public record Ratio(int num, int den) {
        Ratio turned(boolean sideways) {
            return sideways ? new Ratio(/* num= */ den, /* den= */ num) : this;
        }
    }
}

package io.sightlog.sink.draw;

/**
 * The pace of a video as fractions, so that nothing is rounded.
 *
 * @param num frames ..
 * @param den .. per so many seconds, on average
 * @param tickNum ticks ..
 * @param tickDen .. per so many seconds: the grid on which every frame's time lies, the frame rate itself when it is
 *     constant
 */
record VideoRate(int num, int den, int tickNum, int tickDen) {
    private static final VideoRate DEFAULT = new VideoRate(25, 1, 25, 1);

    /** Finest grid: 10 microseconds. */
    private static final int MAX_TICKS_PER_SECOND = 100_000;

    /**
     * From what a container says: frames per second on average, and the lowest rate on whose grid all frames lie,
     * each as numerator and denominator, 0 when unknown.
     */
    static VideoRate of(int averageNum, int averageDen, int gridNum, int gridDen) {
        boolean average = averageNum > 0 && averageDen > 0;
        boolean grid = gridNum > 0 && gridDen > 0;
        if (!average && !grid) {
            return DEFAULT;
        }
        int num = average ? averageNum : gridNum;
        int den = average ? averageDen : gridDen;
        if (!grid || (double) gridNum / gridDen < (double) num / den) {
            return new VideoRate(num, den, num, den);
        }
        if ((double) gridNum / gridDen > MAX_TICKS_PER_SECOND) {
            return new VideoRate(num, den, MAX_TICKS_PER_SECOND, 1);
        }
        return new VideoRate(num, den, gridNum, gridDen);
    }

    double framesPerSecond() {
        return (double) num / den;
    }

    /** The tick nearest to a time. */
    long tick(long nanos) {
        return Math.round(nanos * (double) tickNum / tickDen / 1e9);
    }

    /** Ticks that an average frame is shown. */
    long ticksPerFrame() {
        return Math.max(1, Math.round((double) tickNum * den / ((double) tickDen * num)));
    }
}

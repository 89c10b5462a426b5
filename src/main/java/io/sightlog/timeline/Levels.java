package io.sightlog.timeline;

import java.util.Arrays;

/** How long the buckets of an index are, in seconds, ascending: each divides the widths of columns that people read. */
final class Levels {
    static final int DAY = 86_400;

    private static final int[] CYCLE = {1, 5, 30, 300, 1800};
    private static final int[] OF_DAY = {30, 300, 1800, 10_800, DAY};
    private static final int[] OF_MONTH = {10_800, DAY};
    private static final int HOUR = 3600;

    private Levels() {}

    static int[] ofCycle(long seconds) {
        return Arrays.stream(CYCLE)
                .filter(level -> level == 1 || (level <= seconds && seconds % level == 0))
                .toArray();
    }

    static int[] ofDay(long cycleSeconds) {
        return cycleSeconds < HOUR ? OF_DAY : Arrays.copyOfRange(OF_DAY, 1, OF_DAY.length);
    }

    static int[] ofMonth() {
        return OF_MONTH;
    }

    /** Whether days are rolled up, or months of such cycles alone. */
    static boolean hasDays(long cycleSeconds) {
        return cycleSeconds <= HOUR;
    }

    /** The place of the longest that divides a width; -1 when none does. */
    static int dividing(int[] levels, long width) {
        for (int i = levels.length - 1; i >= 0; i--) {
            if (width % levels[i] == 0) {
                return i;
            }
        }
        return -1;
    }
}

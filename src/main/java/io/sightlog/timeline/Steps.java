package io.sightlog.timeline;

/** Confidences in steps: counts are kept for each twentieth, and the highest to two hundredths of one. */
final class Steps {
    /** 0, .05, .1 .. 1. */
    static final int COUNT = 21;

    static final int LAST = COUNT - 1;
    static final int HIGHEST = 200;

    private static final float[] THRESHOLD = new float[COUNT];

    static {
        for (int i = 0; i < COUNT; i++) {
            THRESHOLD[i] = i / (float) LAST;
        }
    }

    private Steps() {}

    /** The last step whose threshold a confidence reaches; 0 for what is no number. */
    static int of(float confidence) {
        if (!(confidence > 0)) {
            return 0;
        }
        int step = confidence >= 1 ? LAST : (int) (confidence * LAST);
        while (step < LAST && confidence >= THRESHOLD[step + 1]) {
            step++;
        }
        while (step > 0 && confidence < THRESHOLD[step]) {
            step--;
        }
        return step;
    }

    /** The least confidence of a step. */
    static float threshold(int step) {
        return THRESHOLD[step];
    }

    /** The step whose threshold is nearest. */
    static int nearest(float confidence) {
        return Math.min(LAST, Math.max(0, Math.round(confidence * LAST)));
    }

    /** A confidence as the index keeps the highest, 0 .. {@link #HIGHEST}. */
    static int highest(float confidence) {
        return confidence > 0 ? Math.round(Math.min(1, confidence) * HIGHEST) : 0;
    }
}

package io.sightlog.detect.internal.recognise;

/** What to fill into a card. */
final class Hints {
    static final String SCALE = "[0, 1] for pixels / 255, [0, 255] for pixels as they are, or in place of this line"
            + " mean: [123.675, 116.28, 103.53] and std: [58.395, 57.12, 57.375] as ImageNet has them";

    private Hints() {}

    /** @param count how many there are, or 0 when that is not known */
    static String labels(int count) {
        return (count == 0 ? "all" : Integer.toString(count)) + ", from class 0 on, each in a line as \"  - person\"";
    }
}

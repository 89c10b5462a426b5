package io.sightlog.bench;

/**
 * Events a second in each step of one round.
 *
 * @param intervalAppend with what was appended brought to the device every 100 ms
 * @param everyEventAppend with the device waited for in each append
 */
public record ThroughputRound(
        double append,
        double batchAppend,
        double intervalAppend,
        double everyEventAppend,
        double replay,
        double batchReplay,
        double copyWrite,
        double copyRead) {
    public double appendRatio() {
        return append / copyWrite;
    }

    public double batchAppendRatio() {
        return batchAppend / copyWrite;
    }

    public double intervalAppendRatio() {
        return intervalAppend / copyWrite;
    }

    public double everyEventAppendRatio() {
        return everyEventAppend / copyWrite;
    }

    public double replayRatio() {
        return replay / copyRead;
    }

    public double batchReplayRatio() {
        return batchReplay / copyRead;
    }
}

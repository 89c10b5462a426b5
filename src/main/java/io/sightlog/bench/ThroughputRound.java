package io.sightlog.bench;

/** Events a second in each step of one round. */
public record ThroughputRound(
        double append, double batchAppend, double replay, double batchReplay, double copyWrite, double copyRead) {
    public double appendRatio() {
        return append / copyWrite;
    }

    public double batchAppendRatio() {
        return batchAppend / copyWrite;
    }

    public double replayRatio() {
        return replay / copyRead;
    }

    public double batchReplayRatio() {
        return batchReplay / copyRead;
    }
}

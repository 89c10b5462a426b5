package io.sightlog.jmh.peers;

import java.util.Locale;

/**
 * What one peer did at one rate in one round.
 *
 * @param rate events a second, 0 flat out
 * @param round from 1
 * @param events how many were sent and have arrived
 * @param consumerCpuPercent of one core, over all threads of the consumer's process
 * @param eventsPerSecond from one process to the other
 * @param appendPerSecond while nobody reads; 0 when it was not measured
 * @param replayPerSecond of what was appended then; 0 when it was not measured
 * @param controlBeforeNanos the p50 of the control at the same rate, right before; 0 when there was none
 * @param controlAfterNanos likewise, right after
 */
record Result(
        Peer peer,
        WaitKind waits,
        long rate,
        int round,
        long p50Nanos,
        long p90Nanos,
        long p99Nanos,
        long p999Nanos,
        long maxNanos,
        long events,
        double consumerCpuPercent,
        double eventsPerSecond,
        double appendPerSecond,
        double replayPerSecond,
        long controlBeforeNanos,
        long controlAfterNanos) {

    static final long FLAT_OUT = 0;

    static String rateText(long rate) {
        return rate == FLAT_OUT ? "flat out" : rate % 1000 == 0 ? rate / 1000 + "k/s" : rate + "/s";
    }

    /** The same beside what the control did. */
    Result beside(long controlBefore, long controlAfter) {
        return new Result(
                peer,
                waits,
                rate,
                round,
                p50Nanos,
                p90Nanos,
                p99Nanos,
                p999Nanos,
                maxNanos,
                events,
                consumerCpuPercent,
                eventsPerSecond,
                appendPerSecond,
                replayPerSecond,
                controlBefore,
                controlAfter);
    }

    boolean hasControl() {
        return controlBeforeNanos > 0 && controlAfterNanos > 0;
    }

    /** The p50 divided by the control's, the mean of before and after. Only when it {@link #hasControl}. */
    double toControl() {
        return 2.0 * p50Nanos / (controlBeforeNanos + controlAfterNanos);
    }

    /** One object, in one line. */
    String json() {
        String line = String.format(
                Locale.ROOT,
                "{\"peer\": \"%s\", \"rate\": %s, \"wait\": \"%s\", \"round\": %d, \"p50Nanos\": %d, \"p90Nanos\": %d,"
                        + " \"p99Nanos\": %d, \"p999Nanos\": %d, \"maxNanos\": %d, \"events\": %d,"
                        + " \"consumerCpuPercent\": %.1f",
                peer.text(),
                rate == FLAT_OUT ? "\"flat\"" : Long.toString(rate),
                waits.text(),
                round,
                p50Nanos,
                p90Nanos,
                p99Nanos,
                p999Nanos,
                maxNanos,
                events,
                consumerCpuPercent);
        if (rate == FLAT_OUT) {
            line += String.format(Locale.ROOT, ", \"eventsPerSecond\": %.0f", eventsPerSecond);
        }
        if (appendPerSecond > 0) {
            line += String.format(
                    Locale.ROOT,
                    ", \"appendPerSecond\": %.0f, \"replayPerSecond\": %.0f",
                    appendPerSecond,
                    replayPerSecond);
        }
        if (hasControl()) {
            line += String.format(
                    Locale.ROOT,
                    ", \"controlBeforeNanos\": %d, \"controlAfterNanos\": %d",
                    controlBeforeNanos,
                    controlAfterNanos);
        }
        return line + "}";
    }
}

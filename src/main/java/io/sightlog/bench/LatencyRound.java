package io.sightlog.bench;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What all consumers measured in one round.
 *
 * @param latency of every event at every consumer, in nanoseconds
 * @param events that were measured; every consumer has read each of them once
 * @param eventBytes size of each
 * @param consumerCpuPercent of one core, the mean of the consumers
 * @param producerLateNanosMax how late the producer was with the latest event, before its append began; part of the latency
 */
public record LatencyRound(
        Histogram latency, long events, int eventBytes, double consumerCpuPercent, long producerLateNanosMax) {

    static LatencyRound of(List<Measured> consumers, long events, int eventBytes, long producerLateNanosMax) {
        Histogram all = Measured.histogram();
        double percent = 0;
        for (Measured measured : consumers) {
            if (measured.latency().getTotalCount() != events) {
                throw new IllegalStateException(
                        "a consumer measured " + measured.latency().getTotalCount() + " events of " + events);
            }
            all.add(measured.latency());
            percent += measured.cpuPercent() / consumers.size();
        }
        return new LatencyRound(all, events, eventBytes, percent, producerLateNanosMax);
    }
}

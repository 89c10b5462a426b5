package io.sightlog.bench;

import com.sun.management.OperatingSystemMXBean;
import io.sightlog.event.Event;
import io.sightlog.journal.EventHandler;
import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Start;
import java.lang.management.ManagementFactory;
import org.HdrHistogram.Histogram;

/** A consumer's side of a round, in a process of its own. One thread. */
public final class LatencyConsumer implements AutoCloseable {
    private static final int POLL_LIMIT = 64;

    private final LatencyPlan plan;
    private final long epochOffsetNanos;
    private final SampleEvents events;
    private final JournalReader reader;
    private final IdleStrategy wait;
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final Histogram latency = Measured.histogram();

    private long producer;
    private long next;
    private long startNanos;
    private long startCpuNanos;
    private long endNanos;
    private long endCpuNanos;

    /**
     * Is at the end of the journal when this returns, and so misses nothing that is appended from then on.
     *
     * @param epochOffsetNanos as for {@link LatencyProducer}
     */
    public LatencyConsumer(Journal journal, LatencyPlan plan, long epochOffsetNanos) {
        this.plan = plan;
        this.epochOffsetNanos = epochOffsetNanos;
        this.events = new SampleEvents(plan.detections());
        this.reader = journal.reader(Start.END);
        this.wait = journal.idleStrategy(plan.waiting());
        processCpuNanos(); // so that its classes are loaded
    }

    /**
     * Reads until the last event of the round has come.
     *
     * @param fromProducer whose events to read; others are passed over
     * @throws IllegalStateException when one is missing, comes twice or out of order, or is not what was sent
     */
    public Measured run(long fromProducer) {
        producer = fromProducer;
        EventHandler onEvent = this::onEvent;
        while (next < plan.totalEvents()) {
            wait.idle(reader.poll(onEvent, POLL_LIMIT));
        }
        return new Measured(latency, endNanos - startNanos, endCpuNanos - startCpuNanos);
    }

    private void onEvent(Event event) {
        if (event.producer() != producer) {
            return;
        }
        long now = System.nanoTime();
        long sequence = event.sequence();
        if (sequence != next) {
            throw new IllegalStateException("event " + next + " was to come, and event " + sequence + " came: "
                    + (sequence > next ? sequence - next + " lost" : "repeated or out of order"));
        }
        next++;
        if (sequence >= plan.firstMeasured()) {
            measure(event, sequence, now);
        }
        if (events.sumOf(event) != events.expectedSum(sequence)) {
            throw new IllegalStateException("event " + sequence + " was not read as it was written");
        }
    }

    private void measure(Event event, long sequence, long now) {
        long nanos = now + epochOffsetNanos - event.capturedNanos();
        if (nanos < 0) {
            throw new IllegalStateException("event " + sequence + " was read " + -nanos
                    + " ns before it was due: the clocks of the processes differ");
        }
        latency.recordValue(Math.min(nanos, Measured.HIGHEST_NANOS));
        if (sequence == plan.firstMeasured()) {
            startCpuNanos = processCpuNanos();
            startNanos = now;
        }
        if (sequence == plan.totalEvents() - 1) {
            endCpuNanos = processCpuNanos();
            endNanos = now;
        }
    }

    private long processCpuNanos() {
        return system.getProcessCpuTime();
    }

    @Override
    public void close() {
        wait.close();
        reader.close();
    }
}

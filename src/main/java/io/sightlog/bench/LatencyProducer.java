package io.sightlog.bench;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.WriterOptions;
import java.util.concurrent.TimeUnit;

/** The producer's side of a round, in a process of its own. One thread. */
public final class LatencyProducer implements AutoCloseable {
    /** Between being told to go and the first event. */
    private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final LatencyPlan plan;
    private final long epochOffsetNanos;
    private final SampleEvents events;
    private final JournalWriter writer;
    private final long labelSet;
    private final EventDraft draft = new EventDraft();
    private long latestNanos;

    /** @param epochOffsetNanos what to add to {@link System#nanoTime} to get nanoseconds since the epoch */
    public LatencyProducer(Journal journal, LatencyPlan plan, long epochOffsetNanos) {
        this.plan = plan;
        this.epochOffsetNanos = epochOffsetNanos;
        this.events = new SampleEvents(plan.detections());
        this.writer = journal.writer(WriterOptions.DEFAULT.preTouch(plan.preTouch()));
        this.labelSet = writer.publish(events.labels());
    }

    /** The id its events carry. */
    public long producer() {
        return writer.producer();
    }

    /** Size of every event. */
    public int eventBytes() {
        return events.fill(draft, 0, labelSet).encodedBytes();
    }

    /**
     * Sends all events of the round, each when it is due.
     *
     * @return how late the latest measured event was, in nanoseconds, before its append began
     */
    public long run() {
        Schedule warmUp = new Schedule(System.nanoTime() + LEAD_NANOS, plan.warmUpRate());
        send(warmUp, 0, plan.warmUpEvents());
        Schedule measured = new Schedule(System.nanoTime() + LEAD_NANOS, plan.rate());
        send(measured, plan.warmUpEvents(), plan.firstMeasured());
        latestNanos = 0;
        send(measured, plan.firstMeasured(), plan.totalEvents());
        return latestNanos;
    }

    /** Events of one schedule, whose event 0 is the first of the warm-up or the first after it. */
    private void send(Schedule schedule, long from, long to) {
        long base = from < plan.warmUpEvents() ? 0 : plan.warmUpEvents();
        for (long k = from; k < to; k++) {
            long due = schedule.dueNanos(k - base);
            events.fill(draft, k, labelSet).capturedNanos(due + epochOffsetNanos);
            Schedule.await(due);
            latestNanos = Math.max(latestNanos, System.nanoTime() - due);
            writer.append(draft);
        }
    }

    @Override
    public void close() {
        writer.close();
    }
}

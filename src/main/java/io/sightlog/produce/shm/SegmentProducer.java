package io.sightlog.produce.shm;

import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.Position;
import io.sightlog.produce.ProduceMetrics;
import io.sightlog.shm.CocoClasses;
import io.sightlog.shm.SegmentReader;
import io.sightlog.shm.SharedFrame;
import java.util.BitSet;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches a segment that a program writes which knows nothing of journals, and appends an event whenever what is in it has
 * changed: a frame event, or a skip event when that makes no sense.
 *
 * <p>What is in a segment that is there at the start may be years old and is not appended; what comes into one that is made
 * later is. It owns neither of the two. One thread.
 */
public final class SegmentProducer {
    /** Between the two looks that a frame takes. */
    private static final long SETTLE_NANOS = 1_000_000;

    private final SegmentReader segment;
    private final JournalWriter writer;
    private final SegmentOptions options;
    private final Consumer<String> notice;

    private final String source;
    private final SortedMap<Integer, String> labels;
    private final BitSet wanted;
    private final long labelSet;
    private final SharedFrame copy = new SharedFrame();
    private final SegmentWatch watch = new SegmentWatch();
    private final EventDraft draft = new EventDraft();

    private SegmentReader.@Nullable State state;
    private int segments;
    private long frames;
    private long skips;
    private long firstIndex = -1;
    private final Map<String, Long> detectionsByLabel = new TreeMap<>();
    private @Nullable ProduceMetrics metrics;

    /**
     * Publishes what the class ids mean.
     *
     * @param notice told in a line what is waited for, and what was skipped
     * @throws IllegalArgumentException when there is no such class
     */
    public SegmentProducer(
            SegmentReader segment,
            CocoClasses classes,
            JournalWriter writer,
            SegmentOptions options,
            Consumer<String> notice) {
        this.segment = segment;
        this.writer = writer;
        this.options = options;
        this.notice = notice;
        this.source = "shm:" + segment.name().name();
        this.labels = classes.labels();
        this.wanted = classes.idsOf(options.classes());
        this.labelSet = writer.publish(new LabelSet(
                new LabelSet.Model(source, "", "", options.confidence(), 0, String.join(",", options.classes())),
                labels));
    }

    /** Also counts what it does there, from now on. */
    public void count(@Nullable ProduceMetrics into) {
        this.metrics = into;
    }

    /**
     * Goes on until it is told to stop, or has appended as many frames as it should.
     *
     * @throws io.sightlog.shm.SegmentException when the segment may not be read
     * @throws io.sightlog.journal.JournalException when an event cannot be appended
     */
    public SegmentSummary run(BooleanSupplier stop) {
        while (!stop.getAsBoolean() && frames < options.maxFrames()) {
            look();
            LockSupport.parkNanos(watch.isOpen() ? Math.min(SETTLE_NANOS, options.pollNanos()) : options.pollNanos());
        }
        return new SegmentSummary(
                frames,
                skips,
                detectionsByLabel,
                firstIndex < 0 ? null : new Position(firstIndex, 0),
                firstIndex < 0 ? null : new Position(writer.lastIndex(), 0));
    }

    private void look() {
        SegmentReader.State now = segment.read(copy);
        if (now != state) {
            tell(now);
        }
        boolean first = state == null;
        state = now;
        if (now != SegmentReader.State.FRAME) {
            return;
        }
        if (segment.opened() != segments) {
            segments = segment.opened();
            if (first) {
                watch.know(copy);
                notice.accept("watching " + segment.name() + ": what is in it now is not appended, what changes is");
            } else {
                watch.know(new SharedFrame());
            }
        }
        long nanos = System.nanoTime();
        switch (watch.look(copy, nanos)) {
            case NOTHING -> {}
            case FRAME -> append(watch.frame());
            case FLAW -> skip();
        }
    }

    private void tell(SegmentReader.State now) {
        switch (now) {
            case ABSENT ->
                notice.accept("there is no shared memory " + segment.name() + " ("
                        + segment.name().file() + "): waiting for it");
            case SHORT ->
                notice.accept("the shared memory " + segment.name() + " has less than " + SharedFrame.BYTES
                        + " bytes: waiting for more");
            case FRAME -> {}
        }
    }

    private void append(SharedFrame frame) {
        begin(NanoClock.SYSTEM.nanos() - (System.nanoTime() - watch.sinceNanos()));
        int found = 0;
        for (int i = 0; i < frame.count(); i++) {
            int id = frame.classId(i);
            if (frame.confidence(i) >= options.confidence() && (wanted.isEmpty() || wanted.get(id))) {
                draft.detection(
                        id, frame.confidence(i), frame.left(i), frame.top(i), frame.width(i), frame.height(i), 0);
                found++;
                detectionsByLabel.merge(labels.getOrDefault(id, Integer.toString(id)), 1L, Long::sum);
            }
        }
        append();
        frames++;
        if (metrics != null) {
            metrics.looked(options.stream(), found);
        }
    }

    private void skip() {
        begin(NanoClock.SYSTEM.nanos()).skip(watch.flaw());
        append();
        skips++;
        if (metrics != null) {
            metrics.skipped(ProduceMetrics.SkipKind.SEGMENT);
        }
        notice.accept("skipped " + source + ": " + watch.flaw());
    }

    private EventDraft begin(long capturedNanos) {
        return draft.clear().source(source).stream(options.stream())
                .frame(frames + skips, 0)
                .capturedNanos(capturedNanos)
                .labelSet(labelSet);
    }

    private void append() {
        long index = writer.append(draft);
        firstIndex = firstIndex < 0 ? index : firstIndex;
        if (metrics != null) {
            metrics.appended();
        }
    }
}

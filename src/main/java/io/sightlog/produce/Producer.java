package io.sightlog.produce;

import io.sightlog.capture.Captured;
import io.sightlog.capture.Captures;
import io.sightlog.capture.Frame;
import io.sightlog.capture.Skip;
import io.sightlog.detect.Detections;
import io.sightlog.detect.Detector;
import io.sightlog.detect.ModelException;
import io.sightlog.event.Detection;
import io.sightlog.event.EventDraft;
import io.sightlog.journal.JournalWriter;
import io.sightlog.produce.ProduceMetrics.SkipKind;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes frame after frame from a source, looks at each with a detector, and appends one event for each to a journal: a frame
 * event, or a skip event when it could not be looked at. While one frame is looked at, the source decodes the next.
 *
 * <p>It owns none of the three. One thread.
 */
public final class Producer {
    private final Captures source;
    private final Detector detector;
    private final JournalWriter writer;
    private final String stream;
    private final @Nullable FrameKeeper keeper;
    private final long labelSet;
    private final EventDraft draft = new EventDraft();
    private int lastDetections;
    private @Nullable ProduceMetrics metrics;
    private final ProduceSummary summary = new ProduceSummary();

    /** Told after each append. */
    @FunctionalInterface
    public interface Listener {
        /** @param skip null when the frame was looked at */
        void appended(Captured captured, @Nullable Skip skip);
    }

    /** Keeps no pictures. */
    public Producer(Captures source, Detector detector, JournalWriter writer, String stream) {
        this(source, detector, writer, stream, null);
    }

    /**
     * Publishes what the detector's class ids mean.
     *
     * @param stream name of the camera or job, may be empty
     * @param keeper keeps pictures of frames; null for none
     */
    public Producer(
            Captures source, Detector detector, JournalWriter writer, String stream, @Nullable FrameKeeper keeper) {
        this.keeper = keeper;
        this.source = source;
        this.detector = detector;
        this.writer = writer;
        this.stream = stream;
        this.labelSet = writer.publish(detector.labelSet());
    }

    /** Also counts what it does there, from now on. */
    public void count(@Nullable ProduceMetrics into) {
        this.metrics = into;
    }

    /**
     * Goes on until the source ends or it is told to stop, and then finishes the frame at hand.
     *
     * @return what was done; the same object as {@link #summary}
     * @throws io.sightlog.journal.JournalException when an event cannot be appended
     */
    public ProduceSummary run(Listener listener, BooleanSupplier stop) throws InterruptedException {
        while (!stop.getAsBoolean()) {
            Captured captured = source.next();
            if (captured == null) {
                break;
            }
            Skip skip;
            if (captured instanceof Frame frame) {
                try (frame) {
                    skip = look(frame);
                }
            } else {
                skip = (Skip) captured;
            }
            if (skip != null) {
                begin(skip).skip(skip.reason());
                summary.skipped();
                if (metrics != null) {
                    metrics.skipped(
                            captured instanceof Frame
                                    ? SkipKind.DETECTOR
                                    : captured.live() == null ? SkipKind.FILE : SkipKind.CAMERA);
                }
            }
            append();
            listener.appended(captured, skip);
        }
        summary.ended();
        return summary;
    }

    /** Fills the draft; a frame on which the detector fails becomes a skip. */
    private @Nullable Skip look(Frame frame) {
        Detections detections;
        try {
            detections = detector.detect(frame.picture());
        } catch (ModelException e) {
            return new Skip(
                    frame.source(),
                    frame.number(),
                    frame.positionNanos(),
                    frame.capturedNanos(),
                    frame.digest(),
                    String.valueOf(e.getMessage()),
                    frame.live());
        }
        begin(frame).size(frame.width(), frame.height()).took(frame.decodeNanos(), detections.inferNanos());
        for (Detection detection : detections.found()) {
            draft.detection(detection);
            summary.saw(detector.labelSet().label(detection.classId()));
        }
        if (keeper != null) {
            draft.keptFrame(keeper.keep(frame, detections.found().size(), streamOf(frame)));
        }
        lastDetections = detections.found().size();
        summary.looked(frame.decodeNanos(), detections.inferNanos(), detections.otherNanos());
        if (metrics != null) {
            metrics.looked(streamOf(frame), lastDetections);
            metrics.took(frame.decodeNanos(), detections.inferNanos());
        }
        return null;
    }

    private String streamOf(Captured captured) {
        Captured.Live live = captured.live();
        return live == null ? stream : live.stream();
    }

    private EventDraft begin(Captured captured) {
        Captured.Live live = captured.live();
        return draft.clear().source(captured.source()).stream(streamOf(captured))
                .live(live == null ? null : live.source())
                .frame(captured.number(), captured.positionNanos())
                .capturedNanos(captured.capturedNanos())
                .digest(captured.digest())
                .labelSet(labelSet);
    }

    private void append() {
        long before = System.nanoTime();
        long index = writer.append(draft);
        summary.appended(index, System.nanoTime() - before);
        if (metrics != null) {
            metrics.appended();
        }
    }

    /** Of the frame that was looked at last. */
    public int lastDetections() {
        return lastDetections;
    }

    /** What was done so far. */
    public ProduceSummary summary() {
        return summary;
    }
}

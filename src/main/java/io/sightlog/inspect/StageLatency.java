package io.sightlog.inspect;

import io.sightlog.event.Event;
import io.sightlog.event.EventKind;
import io.sightlog.event.LiveSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.PackedHistogram;

/**
 * How long frames took on their way into a journal, stage by stage, by the stamps they carry. Give it the events with {@link
 * #add}. One thread.
 */
public final class StageLatency {
    /** Sources beyond this many are counted together, under {@link #OTHER_SOURCES}. */
    public static final int MAX_SOURCES = 10_000;

    public static final String OTHER_SOURCES = "(other sources)";

    private static final int DIGITS = 3;
    private static final long OLD_NANOS = TimeUnit.DAYS.toNanos(1);

    /** A part of the way of a frame. */
    public enum Stage {
        /** captured to decoded: reading and decoding, {@link Event#decodeNanos}. */
        DECODE,
        /** decoded to inferred: the model alone, {@link Event#inferNanos}. */
        INFER,
        /** What is left of the total: waiting for the detector, resizing, decoding its outputs, encoding, appending. */
        REST,
        /** captured to appended: {@link Event#appendedNanos} less {@link Event#capturedNanos}. */
        TOTAL
    }

    private final Map<Stage, AbstractHistogram> all = histograms();
    private final Map<String, Map<Stage, AbstractHistogram>> bySource = new TreeMap<>();
    private long frames;
    private long others;
    private long early;
    private long recorded;

    private static Map<Stage, AbstractHistogram> histograms() {
        Map<Stage, AbstractHistogram> histograms = new EnumMap<>(Stage.class);
        for (Stage stage : Stage.values()) {
            histograms.put(stage, new PackedHistogram(DIGITS)); // grows with what is in it: there may be many
        }
        return histograms;
    }

    /**
     * Counts a frame in every stage it says something of. A duration of 0 is one that nobody took; a frame that was
     * appended before it was captured, as when a video is looked at faster than it was filmed, has no total; and there
     * is a rest only where there is a total that holds decoding and inference. Other kinds of events are only counted.
     */
    public void add(Event event) {
        if (event.kind() != EventKind.FRAME) {
            others++;
            return;
        }
        frames++;
        Map<Stage, AbstractHistogram> ofSource = ofSource(event.source());
        long total = event.appendedNanos() - event.capturedNanos();
        long rest = total - event.decodeNanos() - event.inferNanos();
        record(ofSource, Stage.DECODE, event.decodeNanos());
        record(ofSource, Stage.INFER, event.inferNanos());
        if (total < 0) {
            early++;
        } else {
            recorded += isRecorded(event, total) ? 1 : 0;
            record(ofSource, Stage.TOTAL, total);
            record(ofSource, Stage.REST, rest);
        }
    }

    private Map<Stage, AbstractHistogram> ofSource(String source) {
        boolean known = bySource.size() < MAX_SOURCES || bySource.containsKey(source);
        return bySource.computeIfAbsent(known ? source : OTHER_SOURCES, name -> histograms());
    }

    private void record(Map<Stage, AbstractHistogram> ofSource, Stage stage, long nanos) {
        if (nanos > 0) {
            Objects.requireNonNull(all.get(stage)).recordValue(nanos);
            Objects.requireNonNull(ofSource.get(stage)).recordValue(nanos);
        }
    }

    /** Frames that were looked at. */
    public long frames() {
        return frames;
    }

    /** Events of other kinds, which have no stages. */
    public long otherEvents() {
        return others;
    }

    /** Frames that say they were appended before they were captured. */
    public long appendedBeforeCaptured() {
        return early;
    }

    /**
     * Frames whose total says nothing of how long they took: of a video, whose frames count from a time that was given to the
     * first, and those captured more than a day before they were appended.
     */
    public long recorded() {
        return recorded;
    }

    private static boolean isRecorded(Event event, long totalNanos) {
        return totalNanos > OLD_NANOS || (event.positionNanos() > 0 && LiveSource.of(event) == null);
    }

    /** All frames, in nanoseconds. */
    public Map<Stage, AbstractHistogram> all() {
        return all;
    }

    /** By source, in nanoseconds. */
    public Map<String, Map<Stage, AbstractHistogram>> bySource() {
        return bySource;
    }
}

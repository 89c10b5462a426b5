package io.sightlog.sink.mirror;

import io.sightlog.consume.Sink;
import io.sightlog.event.Event;
import io.sightlog.event.EventKind;
import io.sightlog.event.LabelSet;
import io.sightlog.shm.CocoClasses;
import io.sightlog.shm.SegmentWriter;
import io.sightlog.shm.SharedFrame;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Shows frame after frame in a segment: the detections whose label is a class of COCO, the ten most confident when there are
 * more, in the order of the event, their boxes rounded to pixels.
 *
 * <p>A skip and a message change nothing there: the segment cannot say that nobody looked. The segment's writer stays its
 * owner's. One thread.
 */
public final class SegmentMirror implements Sink {
    private final SegmentWriter segment;
    private final CocoClasses classes;
    private final Consumer<String> notice;
    private final SharedFrame frame = new SharedFrame();
    private final int[] chosen = new int[SharedFrame.MAX_BOXES];
    private final int[] chosenClass = new int[SharedFrame.MAX_BOXES];

    private final TreeMap<String, Long> leftOut = new TreeMap<>();
    private final Set<Long> missingLabelSets = new LinkedHashSet<>();
    private long frames;
    private long crowded;

    /** @param notice told, in a line each, what is left out, once for each label */
    public SegmentMirror(SegmentWriter segment, CocoClasses classes, Consumer<String> notice) {
        this.segment = segment;
        this.classes = classes;
        this.notice = notice;
    }

    /** Shows an event, when it is a frame. */
    @Override
    public void accept(Event event) {
        if (event.kind() != EventKind.FRAME) {
            return;
        }
        int count = choose(event);
        frame.clear();
        for (int i = 0; i < count; i++) {
            int d = chosen[i];
            frame.add(
                    chosenClass[i],
                    event.confidence(d),
                    Math.round(event.x(d)),
                    Math.round(event.y(d)),
                    Math.round(event.w(d)),
                    Math.round(event.h(d)));
        }
        if (!segment.write(frame)) {
            notice.accept(
                    "the shared memory had been removed, and was made again: programs that have mapped the old one"
                            + " see nothing new");
        }
        frames++;
    }

    /** Fills {@link #chosen} with detections, ascending. */
    private int choose(Event event) {
        LabelSet labels = event.labels();
        if (labels == null && event.labelSetHash() != 0) {
            missingLabelSets.add(event.labelSetHash());
        }
        int count = 0;
        boolean more = false;
        for (int d = 0; d < event.detectionCount(); d++) {
            String label = labels == null ? null : labels.label(event.classId(d));
            int coco = label == null ? -1 : classes.idOf(label);
            if (coco < 0) {
                leaveOut(label == null ? Integer.toString(event.classId(d)) : label);
                continue;
            }
            if (count == chosen.length) {
                more = true;
                count = dropWeakest(event, d);
            }
            if (count < chosen.length) {
                chosen[count] = d;
                chosenClass[count++] = coco;
            }
        }
        crowded += more ? 1 : 0;
        return count;
    }

    /** Takes the least confident out, the last of them, unless the next detection is no more confident. */
    private int dropWeakest(Event event, int next) {
        int weakest = 0;
        for (int i = 1; i < chosen.length; i++) {
            if (event.confidence(chosen[i]) <= event.confidence(chosen[weakest])) {
                weakest = i;
            }
        }
        if (event.confidence(next) <= event.confidence(chosen[weakest])) {
            return chosen.length;
        }
        int behind = chosen.length - weakest - 1;
        System.arraycopy(chosen, weakest + 1, chosen, weakest, behind);
        System.arraycopy(chosenClass, weakest + 1, chosenClass, weakest, behind);
        return chosen.length - 1;
    }

    private void leaveOut(String label) {
        if (leftOut.merge(label, 1L, Long::sum) == 1) {
            notice.accept("\"" + label + "\" is no class of COCO: its detections are left out");
        }
    }

    /** Frames that were shown. */
    public long frames() {
        return frames;
    }

    /** Frames of which only the ten most confident detections were shown. */
    public long crowdedFrames() {
        return crowded;
    }

    /** Detections that were left out for their label. */
    public long leftOut() {
        return leftOut.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Label sets that were not in the catalogue, so that no detection had a label. */
    public Set<Long> missingLabelSets() {
        return missingLabelSets;
    }
}

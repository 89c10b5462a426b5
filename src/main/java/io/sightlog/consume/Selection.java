package io.sightlog.consume;

import io.sightlog.event.Event;
import io.sightlog.event.EventFilter;
import io.sightlog.event.EventKind;
import io.sightlog.event.LabelSource;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which events of a journal, and which detections of them: the same for all that read. Immutable: each method that sets something
 * gives another one.
 *
 * @param from where to begin, null: not said
 * @param to where to end: a position, whose event is the last, a time, which is that of the first event not read, or {@link
 *     Start#END} for what is there at the beginning; null: nowhere
 * @param by which time of an event a time in {@code from} and {@code to} means
 * @param classes labels, without case, or class ids: only detections of these; none: all
 * @param confidence only detections of at least this, 0 to 1
 * @param seenOnly whether only frames are meant in which a detection is left, and no messages
 * @param source only events of sources that match, null: all
 * @param stream only events of this stream, null: all
 * @param topic only messages whose whole topic matches, null: all events
 */
public record Selection(
        @Nullable Start from,
        @Nullable Start to,
        By by,
        List<String> classes,
        float confidence,
        boolean seenOnly,
        @Nullable Glob source,
        @Nullable String stream,
        @Nullable Glob topic) {
    /** Everything. */
    public static final Selection ALL = new Selection(null, null, By.APPENDED, List.of(), 0, false, null, null, null);

    /** Which of an event's times. */
    public enum By {
        APPENDED,
        CAPTURED
    }

    public Selection {
        classes = List.copyOf(classes);
        if (!(confidence >= 0 && confidence <= 1)) {
            throw new IllegalArgumentException("confidence=" + confidence + ": a number in 0..1 is needed");
        }
        if (to instanceof Start.Oldest || to instanceof Start.Last || to instanceof Start.Before) {
            throw new IllegalArgumentException(
                    "nothing can end at " + to + ": the end, a position or a time is needed");
        }
    }

    /** With another beginning and end. */
    public Selection range(@Nullable Start newFrom, @Nullable Start newTo, By newBy) {
        return new Selection(newFrom, newTo, newBy, classes, confidence, seenOnly, source, stream, topic);
    }

    /** With other detections. */
    public Selection detections(List<String> newClasses, float newConfidence, boolean newSeenOnly) {
        return new Selection(from, to, by, newClasses, newConfidence, newSeenOnly, source, stream, topic);
    }

    /** With other events. */
    public Selection events(@Nullable Glob newSource, @Nullable String newStream, @Nullable Glob newTopic) {
        return new Selection(from, to, by, classes, confidence, seenOnly, newSource, newStream, newTopic);
    }

    /** Where to begin, given what to do when nothing was said. */
    Start start(Start otherwise) {
        if (from == null) {
            return otherwise;
        }
        return from instanceof Start.Time && by == By.CAPTURED ? Start.OLDEST : from;
    }

    /** Whether it ends with what is there at the beginning. */
    boolean endsWithWhatIsThere() {
        return to instanceof Start.End;
    }

    /** Whether a beginning or an end was named that can leave nothing between. */
    boolean isRange() {
        return from instanceof Start.Time
                || from instanceof Start.At
                || to instanceof Start.Time
                || to instanceof Start.At;
    }

    /** Whether an event that is not past the end lies in the range: always, but for times of capture. */
    boolean isInRange(Event event) {
        return by != By.CAPTURED
                || !((from instanceof Start.Time first && event.capturedNanos() < first.nanos())
                        || (to instanceof Start.Time last && event.capturedNanos() >= last.nanos()));
    }

    /** Whether this event, and so everything after it, is past the end. */
    boolean isPast(Event event) {
        if (to instanceof Start.At at) {
            return new Position(event.index(), event.place()).compareTo(at.position()) > 0;
        }
        return by == By.APPENDED && to instanceof Start.Time time && event.appendedNanos() >= time.nanos();
    }

    /** Whether this is the last one there can be. */
    boolean isLast(Event event) {
        return to instanceof Start.At at && new Position(event.index(), event.place()).compareTo(at.position()) >= 0;
    }

    /** Whether classes were asked for by label, and not by id only. */
    public boolean asksForLabels() {
        return classes.stream().anyMatch(name -> !name.chars().allMatch(Character::isDigit));
    }

    /** A filter for the detections. */
    EventFilter filter(LabelSource labels) {
        return new EventFilter(classes, confidence, labels);
    }

    /** Whether the event is one of those asked for, leaving its detections aside. */
    public boolean accepts(Event event) {
        if (!isInRange(event)) {
            return false;
        }
        boolean message = event.kind() == EventKind.MESSAGE;
        return (stream == null || stream.equals(event.stream()))
                && (source == null
                        || (source.matchesPath(event.source())
                                && !(message && event.source().isEmpty())))
                && (topic == null || (message && topic.matches(event.topic())));
    }
}

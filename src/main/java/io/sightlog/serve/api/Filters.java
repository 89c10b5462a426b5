package io.sightlog.serve.api;

import io.sightlog.consume.Glob;
import io.sightlog.event.EventKind;
import io.sightlog.event.LabelSource;
import io.sightlog.timeline.Filter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events a question is about, and which of their detections. Immutable, any thread.
 *
 * @param labels only detections of one of these, without case, or class ids that have no label; none: all
 * @param confidence only detections of at least this, 0 to 1
 * @param sources only events of sources that match one of these, as a path or by its last part; none: all
 * @param streams only events of one of these streams; none: all
 * @param kind only events of this kind, null: all
 * @param seenOnly only frames in which a detection is left
 * @param topic only messages whose whole topic matches, null: all events
 */
public record Filters(
        List<String> labels,
        float confidence,
        List<Glob> sources,
        List<String> streams,
        @Nullable EventKind kind,
        boolean seenOnly,
        @Nullable Glob topic) {
    /** Parameters that say which detections, sources and streams. */
    public static final Set<String> COUNTED = Set.of("label", "conf", "source", "stream");

    /** Likewise, and which events. */
    public static final Set<String> ALL = Set.of("label", "conf", "source", "stream", "kind", "seen", "topic");

    private static final int MOST = 250;

    public Filters {
        labels = List.copyOf(labels);
        sources = List.copyOf(sources);
        streams = List.copyOf(streams);
    }

    /** @throws Refusal when one is not what it should be */
    public static Filters of(Question question) throws Refusal {
        List<Glob> sources = new ArrayList<>();
        for (String pattern : several(question, "source")) {
            sources.add(glob("source", pattern));
        }
        String topic = question.text("topic");
        return new Filters(
                several(question, "label"),
                confidence(question),
                sources,
                several(question, "stream"),
                kind(question),
                question.flag("seen", false),
                topic == null ? null : glob("topic", topic));
    }

    private static List<String> several(Question question, String name) throws Refusal {
        List<String> texts = question.texts(name);
        if (texts.size() > MOST) {
            throw new Refusal(400, name + " is given " + texts.size() + " times; at most " + MOST + " are taken");
        }
        return texts;
    }

    private static Glob glob(String name, String pattern) throws Refusal {
        try {
            return Glob.of(pattern);
        } catch (IllegalArgumentException e) {
            throw Refusal.bad(name, pattern, "a pattern as *.mp4 or /data/** is needed");
        }
    }

    private static float confidence(Question question) throws Refusal {
        String text = question.text("conf");
        if (text == null) {
            return 0;
        }
        try {
            float confidence = Float.parseFloat(text);
            if (confidence >= 0 && confidence <= 1) {
                return confidence;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw Refusal.bad("conf", text, "a number from 0 to 1 is needed");
    }

    private static @Nullable EventKind kind(Question question) throws Refusal {
        String text = question.text("kind");
        if (text == null) {
            return null;
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "frame" -> EventKind.FRAME;
            case "skip" -> EventKind.SKIP;
            case "message" -> EventKind.MESSAGE;
            default -> throw Refusal.bad("kind", text, "frame, skip or message is needed");
        };
    }

    /** Of the same events, those of one kind. */
    Filters only(EventKind wanted) {
        return new Filters(labels, confidence, sources, streams, wanted, false, topic);
    }

    /** What is counted of them, in lanes whose name contains a text; empty: in all. */
    Filter counted(String named) {
        return new Filter(labels, confidence, sources, streams, named);
    }

    /** Applies them; for one thread. */
    public Choice choice(LabelSource label) {
        return new Choice(this, label);
    }
}

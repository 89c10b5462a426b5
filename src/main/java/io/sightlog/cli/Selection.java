package io.sightlog.cli;

import io.sightlog.cli.options.Places;
import io.sightlog.cli.options.Times;
import io.sightlog.event.Event;
import io.sightlog.event.EventFilter;
import io.sightlog.event.EventKind;
import io.sightlog.event.LabelSource;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which events of a journal, and which detections of them: the same for every verb that reads. */
final class Selection {
    @Option(
            names = "--from",
            paramLabel = "PLACE",
            converter = Places.StartConverter.class,
            description = "Where to begin: start, end, -N (the N newest), 0x<index>[:<place>], or a time of append ("
                    + Times.FORMS + ").")
    @Nullable
    Start from;

    @Option(
            names = "--to",
            paramLabel = "PLACE",
            converter = Places.EndConverter.class,
            description = "Where to end: a position (its event is the last), a time (the first event not read), or end "
                    + "(what is there now).")
    @Nullable
    Start to;

    @Option(
            names = "--by",
            paramLabel = "appended|captured",
            defaultValue = "appended",
            description =
                    "Which time a time in --from and --to means (default: ${DEFAULT-VALUE}). Captured is a filter "
                            + "over all events, appended a search.")
    By by = By.APPENDED;

    @Option(
            names = "--classes",
            split = ",",
            paramLabel = "CLASS",
            description =
                    "Only detections of these labels (without case) or class ids. Frames stay, with what is left, and so "
                            + "do messages.")
    List<String> classes = new ArrayList<>();

    @Option(
            names = "--conf",
            paramLabel = "0..1",
            converter = ConfidenceConverter.class,
            description = "Only detections of at least this confidence.")
    float confidence;

    @Option(
            names = "--seen",
            description = "Only frames in which a detection is left after --classes and --conf; no messages.")
    boolean seenOnly;

    @Option(
            names = "--source",
            paramLabel = "GLOB",
            converter = GlobConverter.class,
            description = "Only events of sources that match: the whole path, or its last part. A message has none, "
                    + "unless its sender gave it one.")
    @Nullable
    Glob source;

    @Option(names = "--stream", paramLabel = "NAME", description = "Only events of this stream.")
    @Nullable
    String stream;

    @Option(
            names = "--topic",
            paramLabel = "GLOB",
            converter = GlobConverter.class,
            description = "Only messages, those whose whole topic matches: door/front, or door/*, where * stops at a / "
                    + "and ** does not.")
    @Nullable
    Glob topic;

    /** Which of an event's times. */
    enum By {
        APPENDED,
        CAPTURED
    }

    /** A pattern for sources, which are paths or URIs, and for topics, which look like paths. */
    record Glob(String pattern, PathMatcher matcher) {
        /** Whether all of a text matches. */
        boolean matches(String text) {
            return matches(text, false);
        }

        /** Whether all of a path matches, or its last part. */
        boolean matchesPath(String text) {
            return matches(text, true);
        }

        private boolean matches(String text, boolean orLastPart) {
            if (text.equals(pattern)) {
                return true;
            }
            try {
                Path path = Path.of(text);
                Path name = path.getFileName();
                return matcher.matches(path) || (orLastPart && name != null && matcher.matches(name));
            } catch (InvalidPathException e) {
                return false;
            }
        }
    }

    static final class GlobConverter implements ITypeConverter<Glob> {
        @Override
        public Glob convert(String text) {
            try {
                return new Glob(text, FileSystems.getDefault().getPathMatcher("glob:" + text));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("bad pattern \"" + text + "\": " + e.getMessage());
            }
        }
    }

    static final class ConfidenceConverter implements ITypeConverter<Float> {
        @Override
        public Float convert(String text) {
            try {
                float value = Float.parseFloat(text);
                if (value >= 0 && value <= 1) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // told below
            }
            throw new TypeConversionException("bad confidence \"" + text + "\": a number in 0..1 is needed");
        }
    }

    static final class CountConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                long value = Long.parseLong(text);
                if (value >= 0) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // told below
            }
            throw new TypeConversionException("bad count \"" + text + "\": a whole number, 0 or more, is needed");
        }
    }

    /** Where to begin, given what to do when nothing was said. */
    Start start(Start otherwise) {
        if (from == null) {
            return otherwise;
        }
        return from instanceof Start.Time && by == By.CAPTURED ? Start.OLDEST : from;
    }

    /** Whether an end was named that can leave nothing between. */
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

    /** Whether classes were asked for by label, and not by id only. */
    boolean asksForLabels() {
        return classes.stream().anyMatch(name -> !name.chars().allMatch(Character::isDigit));
    }

    /** A filter for the detections. */
    EventFilter filter(LabelSource labels) {
        return new EventFilter(classes, confidence, labels);
    }

    /** Whether this event, and so everything behind it, is past the end. */
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

    /** Whether the event is one of those asked for, leaving its detections aside. */
    boolean accepts(Event event) {
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

package io.sightlog.cli.options;

import io.sightlog.consume.Glob;
import io.sightlog.consume.Selection;
import io.sightlog.journal.Start;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which events of a journal, and which detections of them: the same for every verb that reads. */
public final class SelectionOptions {
    @Option(
            names = "--from",
            paramLabel = "WHERE",
            converter = Places.StartConverter.class,
            description = "Where to begin: start, end, -N (the N newest), a position (0x...), or a time of append ("
                    + Times.FORMS + ").")
    @Nullable
    Start from;

    @Option(
            names = "--to",
            paramLabel = "WHERE",
            converter = Places.EndConverter.class,
            description = "Where to end: a position (its event is the last), a time (the first event not read), or end "
                    + "(what is there now).")
    @Nullable
    Start to;

    @Option(
            names = "--by",
            paramLabel = "appended|captured",
            defaultValue = "appended",
            description = "Which of an event's times --from and --to mean (default: ${DEFAULT-VALUE}). appended is "
                    + "searched for; captured is compared for every event.")
    Selection.By by = Selection.By.APPENDED;

    @Option(
            names = "--classes",
            split = ",",
            paramLabel = "CLASS",
            description = "Only detections with these labels (upper or lower case) or class ids. Frames are kept "
                    + "with the detections that are left; so are messages.")
    List<String> classes = new ArrayList<>();

    @Option(
            names = "--conf",
            paramLabel = "0..1",
            converter = Numbers.FractionConverter.class,
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

    static final class GlobConverter implements ITypeConverter<Glob> {
        @Override
        public Glob convert(String text) {
            try {
                return Glob.of(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    public Selection selection() {
        return new Selection(from, to, by, classes, confidence, seenOnly, source, stream, topic);
    }
}

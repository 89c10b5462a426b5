package io.sightlog.cli.options;

import io.sightlog.cli.terminal.Console;
import io.sightlog.journal.FrameWriter;
import io.sightlog.journal.JournalWriter;
import io.sightlog.produce.FrameKeeper;
import io.sightlog.produce.FrameKeeper.Policy;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which pictures are kept beside the events. */
public final class KeepFramesOptions {
    @Option(
            names = "--keep-frames",
            paramLabel = "WHICH",
            converter = PolicyConverter.class,
            description =
                    "Keep pictures as JPEGs beside the journal: none, detections (in which something was found), all, or "
                            + "every=TIME (one of each stream, e.g. every=10s); --keep-size counts them "
                            + "(default: detections for cameras, none for files).")
    @Nullable
    Policy policy;

    @Option(
            names = "--frame-quality",
            paramLabel = "1..100",
            defaultValue = "85",
            description = "JPEG quality of kept pictures (default: ${DEFAULT-VALUE}).")
    int quality = 85;

    @Option(
            names = "--frame-width",
            paramLabel = "N",
            defaultValue = "0",
            description = "Make kept pictures no wider than N pixels; 0: as they are (default: ${DEFAULT-VALUE}).")
    int width;

    /** Reads {@code none}, {@code detections}, {@code all} or {@code every=10s}. */
    static final class PolicyConverter implements ITypeConverter<Policy> {
        @Override
        public Policy convert(String text) {
            return switch (text) {
                case "none" -> new FrameKeeper.None();
                case "detections" -> new FrameKeeper.Detections();
                case "all" -> new FrameKeeper.All();
                default -> every(text);
            };
        }

        private static Policy every(String text) {
            if (text.startsWith("every=")) {
                long nanos = new Amounts.DurationConverter()
                        .convert(text.substring("every=".length()))
                        .toNanos();
                if (nanos > 0) {
                    return new FrameKeeper.Every(nanos);
                }
            }
            throw new TypeConversionException(
                    "bad choice of frames \"" + text + "\": none, detections, all or every=TIME, as in every=10s");
        }
    }

    /**
     * The keeper that was asked for; the caller closes it before the writer.
     *
     * @param otherwise what is kept when nothing was said
     * @return null when nothing is kept
     * @throws IllegalArgumentException when a number is out of its range
     */
    public @Nullable FrameKeeper open(JournalWriter writer, Policy otherwise) {
        Policy wanted = policy == null ? otherwise : policy;
        if (wanted instanceof FrameKeeper.None) {
            return null;
        }
        return new FrameKeeper(writer.frames(new Notices()), wanted, quality, width);
    }

    private static final class Notices implements FrameWriter.Listener {
        @Override
        public void stopped(String why) {
            Console.ERR.println("pictures are not kept, events go on: " + why);
        }

        @Override
        public void resumed(long notKept) {
            Console.ERR.println("pictures are kept again; " + Amounts.count(notKept, "picture") + " were not");
        }
    }
}

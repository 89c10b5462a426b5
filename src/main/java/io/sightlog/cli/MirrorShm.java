package io.sightlog.cli;

import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.options.ReadOptions;
import io.sightlog.cli.options.WriteOptions;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.consume.Outcome;
import io.sightlog.consume.Reading;
import io.sightlog.journal.Journal;
import io.sightlog.journal.WriterOptions;
import io.sightlog.shm.CocoClasses;
import io.sightlog.shm.SegmentName;
import io.sightlog.shm.SegmentWriter;
import io.sightlog.shm.SharedFrame;
import io.sightlog.sink.mirror.SegmentMirror;
import java.io.IOException;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code sightlog mirror shm}: the newest frame in the shared memory that the first ancestor's reader maps. */
@Command(
        name = "shm",
        description =
                "Keep the newest frame in POSIX shared memory: an int32 count (0..10), then ten times int32 class id, "
                        + "float confidence, int32 left, top, width, height.",
        footer = {
            "",
            "It follows until a signal comes, or until --to. Class ids are those of COCO, by label; other "
                    + "labels are left out and reported once, and of more than ten detections the ten most confident "
                    + "are kept. A skip changes nothing. Without --from and --as it begins with the next event; --from "
                    + "-1 shows the newest at once. What other programs may see while the frame is being replaced: "
                    + "docs/ancestors.md."
        })
final class MirrorShm implements Callable<Integer> {
    @Mixin
    QueueOption queue = new QueueOption();

    @Option(
            names = "--name",
            required = true,
            paramLabel = "NAME",
            converter = NameConverter.class,
            description = "Name of the shared memory, with or without a slash in front, e.g. ipc_dog_shm.")
    SegmentName segment = new SegmentName("");

    @Mixin
    ReadOptions read = new ReadOptions();

    @Option(
            names = "--mode",
            paramLabel = "OCTAL",
            defaultValue = "0600",
            converter = WriteOptions.ModeConverter.class,
            description = "Permissions of new shared memory, e.g. 0644 for readers of any user (default: "
                    + "${DEFAULT-VALUE}, its owner only).")
    Set<PosixFilePermission> mode = WriterOptions.DEFAULT.permissions();

    @Option(
            names = "--foreign",
            description =
                    "Also write to shared memory that is there and belongs to another user, or has other names (hard links). "
                            + "Else that is an error.")
    boolean foreign;

    @Option(names = "--unlink", description = "Remove the shared memory at the end; else it stays as it is.")
    boolean unlink;

    static final class NameConverter implements ITypeConverter<SegmentName> {
        @Override
        public SegmentName convert(String text) {
            try {
                return SegmentName.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    @Override
    public Integer call() throws IOException {
        Journal journal = queue.open();
        CocoClasses classes = Coco.classes();
        try (SegmentWriter writer = new SegmentWriter(segment, mode, foreign)) {
            SegmentMirror mirror = new SegmentMirror(writer, classes, Console.ERR::println);
            Reading reading = read.reading(true);
            Outcome outcome;
            try {
                outcome = Consuming.run(journal, reading, mirror);
            } finally {
                if (unlink) {
                    writer.unlink();
                }
            }
            print(mirror);
            LabelSetReport.print(journal, reading.selection(), mirror.missingLabelSets());
            return Exit.of(outcome, mirror.missingLabelSets().isEmpty() && mirror.leftOut() == 0);
        }
    }

    private void print(SegmentMirror mirror) {
        long crowded = mirror.crowdedFrames();
        long leftOut = mirror.leftOut();
        Console.ERR.println("showed " + mirror.frames() + (mirror.frames() == 1 ? " frame" : " frames") + " in "
                + segment
                + (crowded > 0 ? "; " + crowded + " had more than " + SharedFrame.MAX_BOXES + " detections" : "")
                + (leftOut > 0
                        ? "; " + leftOut + (leftOut == 1 ? " detection is" : " detections are") + " of no class of COCO"
                        : ""));
    }
}

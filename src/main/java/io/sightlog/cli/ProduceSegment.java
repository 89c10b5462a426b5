package io.sightlog.cli;

import io.sightlog.cli.options.Amounts;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.Stop;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.produce.shm.SegmentOptions;
import io.sightlog.produce.shm.SegmentProducer;
import io.sightlog.produce.shm.SegmentSummary;
import io.sightlog.shm.SegmentName;
import io.sightlog.shm.SegmentReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code sightlog produce shm:NAME}: somebody else's detector. Neither pictures nor a model are needed. */
final class ProduceSegment {
    private static final String SCHEME = "shm:";
    private static final List<String> FOR_PICTURES = List.of(
            "--model",
            "--weights",
            "--labels",
            "--imgsz",
            "--iou",
            "--threads",
            "--device",
            "--stride",
            "--start-time",
            "--captured",
            "--keep-frames");
    private static final int LONGEST_POLL_MILLIS = 1000;

    private final Produce options;
    private final SegmentName name;

    /** @throws picocli.CommandLine.ParameterException when what was asked for does not go together */
    ProduceSegment(Produce options, List<String> sources) {
        this.options = options;
        if (sources.size() > 1) {
            throw options.usage(
                    "a shm: source is watched until a signal comes, so that it must be the only one, not one of "
                            + sources.size() + "; start a producer for each");
        }
        for (String option : FOR_PICTURES) {
            if (options.wasGiven(option)) {
                throw options.usage(option + " is for pictures, and " + sources.get(0) + " has none");
            }
        }
        if (options.pollMillis < 1 || options.pollMillis > LONGEST_POLL_MILLIS) {
            throw options.usage("poll-millis is " + options.pollMillis + "; wanted: 1 to " + LONGEST_POLL_MILLIS);
        }
        try {
            name = SegmentName.parse(sources.get(0).substring(SCHEME.length()));
        } catch (IllegalArgumentException e) {
            throw options.usage(e.getMessage());
        }
    }

    static boolean isSegment(String source) {
        return source.startsWith(SCHEME);
    }

    int call() throws InterruptedException {
        SegmentOptions taken = new SegmentOptions(
                options.stream,
                options.classes,
                options.confidence == null ? 0 : options.confidence,
                options.maxFrames,
                options.pollMillis * 1_000_000L);
        Stop.listen();
        return ProduceWatch.over(options.metrics, watch -> look(taken, watch));
    }

    private int look(SegmentOptions taken, @Nullable ProduceWatch watch) {
        Journal journal = options.queue.open();
        Coco.classes().idsOf(taken.classes()); // before there is a journal
        try (SegmentReader segment = new SegmentReader(name);
                JournalWriter writer = options.write.open(journal)) {
            SegmentProducer producer =
                    new SegmentProducer(segment, Coco.classes(), writer, taken, Console.ERR::println);
            producer.count(watch == null ? null : watch.began(journal));
            SegmentSummary summary = producer.run(ProduceWatch.watched(watch, Stop::requested));
            print(summary);
            return Exit.of(summary.skips() == 0);
        }
    }

    private static void print(SegmentSummary summary) {
        Console.ERR.println(Amounts.count(summary.frames(), "frame") + ", " + Amounts.count(summary.skips(), "skip"));
        Produce.print(summary.detectionsByLabel());
        if (summary.first() != null) {
            Console.ERR.println("appended " + summary.first() + " to " + summary.last());
        }
    }
}

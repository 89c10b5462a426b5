package io.sightlog.cli;

import io.sightlog.capture.CaptureOptions;
import io.sightlog.capture.CaptureOptions.CaptureClock;
import io.sightlog.capture.CaptureOptions.Pages;
import io.sightlog.capture.FrameSource;
import io.sightlog.cli.options.Amounts;
import io.sightlog.cli.options.CameraOptions;
import io.sightlog.cli.options.KeepFramesOptions;
import io.sightlog.cli.options.MetricsOption;
import io.sightlog.cli.options.ModelOptions;
import io.sightlog.cli.options.Numbers;
import io.sightlog.cli.options.Places;
import io.sightlog.cli.options.QueueOption;
import io.sightlog.cli.options.WriteOptions;
import io.sightlog.cli.terminal.Bar;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.Stop;
import io.sightlog.cli.terminal.Terminal;
import io.sightlog.detect.Detector;
import io.sightlog.detect.DetectorOptions;
import io.sightlog.detect.Model;
import io.sightlog.detect.Threads;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.produce.FrameKeeper;
import io.sightlog.produce.ProduceSummary;
import io.sightlog.produce.Producer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sightlog produce}: looks at pictures and videos, and appends an event for each frame. */
@Command(
        name = "produce",
        description = "Look at pictures and videos with a detector, and append one event for each frame.",
        footer = {
            "",
            "A frame in which nothing was found is an event, too. One that cannot be looked at is a skip "
                    + "event with its reason, and a line on standard error; the exit code is then 3."
        })
final class Produce implements Callable<Integer> {
    @Mixin
    QueueOption queue = new QueueOption();

    @Mixin
    WriteOptions write = new WriteOptions();

    @Parameters(
            arity = "0..*",
            paramLabel = "SOURCE",
            description =
                    "Pictures, folders, globs, a list file (.txt, one source a line), videos; or cameras, [NAME=]ADDRESS: 0, "
                            + "/dev/video0, rtsp://, http:// (MJPEG, HLS), udp://, rtmp://, env:NAME; or shm:NAME alone, shared "
                            + "memory that another detector writes (docs/ancestors.md).")
    List<String> sources = new ArrayList<>();

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            description = "What to look at, as without this option; may be repeated.")
    List<String> moreSources = new ArrayList<>();

    @Option(
            names = {"-m", "--model"},
            paramLabel = "NAME|FILE",
            description = "The model: one that sightlog models lists, or your own file: an ONNX file, or the cfg or "
                    + "weights of Darknet (default: the first that sightlog models lists).")
    @Nullable
    String model;

    @Option(
            names = "--labels",
            paramLabel = "FILE",
            description =
                    "What class ids mean: a .names, .txt or .data (default: as the model or its card says, else a "
                            + "file beside it).")
    @Nullable
    Path labels;

    @Mixin
    ModelOptions modelOptions = new ModelOptions();

    @Option(
            names = "--classes",
            split = ",",
            paramLabel = "CLASS",
            description = "Keep only detections with these labels (upper or lower case) or class ids. All frames "
                    + "are kept.")
    List<String> classes = new ArrayList<>();

    @Option(
            names = "--conf",
            paramLabel = "0..1",
            converter = Numbers.FractionConverter.class,
            description = "Drop detections of less confidence (default: as the model's card says, else 0.25).")
    @Nullable
    Float confidence;

    @Option(
            names = "--iou",
            paramLabel = "0..1",
            converter = Numbers.FractionConverter.class,
            description =
                    "Drop the weaker of two boxes of one class that overlap by more (default: as the card says, else "
                            + "0.45).")
    @Nullable
    Float iou;

    @Option(
            names = "--stride",
            paramLabel = "N",
            defaultValue = "1",
            description = "Look at every N-th frame of a video (default: ${DEFAULT-VALUE}).")
    int stride = 1;

    @Option(names = "--max-frames", paramLabel = "N", description = "End after N frames.")
    long maxFrames = Long.MAX_VALUE;

    @Option(
            names = "--start-time",
            paramLabel = "TIME",
            converter = Places.TimeConverter.class,
            description = "When the first frame of a video was captured (default: when the run began).")
    @Nullable
    Long startTime;

    @Option(
            names = "--captured",
            paramLabel = "run|file",
            defaultValue = "run",
            description =
                    "Where times of capture come from: this run, or EXIF and file times (default: ${DEFAULT-VALUE}).")
    CaptureClock captured = CaptureClock.RUN;

    @Option(
            names = "--pages",
            paramLabel = "all|first",
            defaultValue = "all",
            description =
                    "Which pictures of a file with several, such as the pages of a TIFF (default: ${DEFAULT-VALUE}).")
    Pages pages = Pages.ALL;

    @Option(names = "--stream", paramLabel = "NAME", description = "Name of the camera or job, kept in every event.")
    String stream = "";

    @Option(
            names = "--poll-millis",
            paramLabel = "N",
            defaultValue = "1",
            description = "How often to look at shm:NAME, 1 to 1000 (default: ${DEFAULT-VALUE}).")
    int pollMillis = 1;

    @Mixin
    KeepFramesOptions keepFrames = new KeepFramesOptions();

    @Mixin
    CameraOptions cameras = new CameraOptions();

    @Mixin
    MetricsOption metrics = new MetricsOption();

    @Spec
    picocli.CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        List<String> all = new ArrayList<>(sources);
        all.addAll(moreSources);
        if (all.isEmpty() && cameras.sourceFile == null) {
            throw usage("a source is needed: a picture, a folder, a glob, a list or a video");
        }
        if (all.stream().anyMatch(ProduceSegment::isSegment)) {
            return new ProduceSegment(this, all).call();
        }
        if (ProduceLive.isWanted(this, all)) {
            return new ProduceLive(this, all).call();
        }
        String forCameras = ProduceLive.optionForCameras(this);
        if (forCameras != null) {
            throw usage(forCameras + " is for cameras, and no source is one");
        }
        if (wasGiven("--poll-millis")) {
            throw usage("--poll-millis says how often to look at shared memory, and no source is shm:NAME");
        }
        CaptureOptions capture;
        try {
            capture = new CaptureOptions(stride, maxFrames, startTime, captured, pages);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
        Stop.listen();
        return ProduceWatch.over(metrics, watch -> look(all, capture, watch));
    }

    private int look(List<String> all, CaptureOptions capture, @Nullable ProduceWatch watch)
            throws InterruptedException {
        Journal journal = queue.open();
        try (FrameSource source = FrameSource.open(all, capture);
                Detector detector = detector();
                JournalWriter writer = write.open(journal);
                FrameKeeper keeper = keeper(writer, new FrameKeeper.None())) {
            source.passedOver().forEach(Console.ERR::println);
            Producer producer = new Producer(source, detector, writer, stream, keeper);
            producer.count(watch == null ? null : watch.began(journal));
            ProduceSummary summary;
            try (ProgressBar bar = Terminal.onStderr()
                    ? Bar.begin("produce", " frames", source.expectedFrames().orElse(-1))
                    : null) {
                summary = producer.run(
                        (frame, skip) -> {
                            if (skip != null) {
                                Console.ERR.println("skipped " + skip.source()
                                        + (skip.number() > 0 ? ", frame " + skip.number() : "") + ": " + skip.reason());
                            }
                            if (bar != null) {
                                bar.step();
                            }
                        },
                        ProduceWatch.watched(watch, Stop::requested));
            }
            print(summary, detection());
            return Exit.of(summary.skips() == 0 && (keeper == null || keeper.notKept() == 0));
        }
    }

    @Nullable
    FrameKeeper keeper(JournalWriter writer, FrameKeeper.Policy otherwise) {
        try {
            return keepFrames.open(writer, otherwise);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    /** The one that was asked for, loaded; what is assumed about its model is said. */
    Detector detector() {
        Detector detector = Detector.open(
                Model.find(model == null ? Model.byDefault().name() : model, modelOptions.files(labels)), detection());
        int threads = detection().effectiveThreads().count();
        int processors = Runtime.getRuntime().availableProcessors();
        if (threads > processors) {
            Console.ERR.println("warning: " + threads + " threads take turns on " + processors
                    + " processors, which is slower than as many; --threads auto is best");
        }
        detector.recognition().assumptions().forEach(line -> Console.ERR.println("assumed: " + line));
        return detector;
    }

    DetectorOptions detection() {
        try {
            return modelOptions.detection().withConf(confidence).withIou(iou).withClasses(classes);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    boolean wasGiven(String option) {
        return java.util.Objects.requireNonNull(spec)
                .commandLine()
                .getParseResult()
                .hasMatchedOption(option);
    }

    ParameterException usage(@Nullable String message) {
        return new ParameterException(java.util.Objects.requireNonNull(spec).commandLine(), String.valueOf(message));
    }

    static void print(ProduceSummary summary, DetectorOptions detection) {
        Console.ERR.printf(
                "%s, %s, %.1f frames/s%n",
                Amounts.count(summary.frames(), "frame"),
                Amounts.count(summary.skips(), "skip"),
                summary.framesPerSecond());
        Threads threads = detection.effectiveThreads();
        Console.ERR.println("inference on " + detection.device() + ", " + Amounts.count(threads.count(), "thread")
                + " (" + threads.why() + ")");
        print(summary.detectionsByLabel());
        if (summary.frames() > 0) {
            Console.ERR.printf("%-26s %10s %10s %10s%n", "milliseconds", "p50", "p99", "max");
            row("decode", summary.decodeNanos());
            row("infer", summary.inferNanos());
            row("resize, decode of outputs", summary.aroundInferenceNanos());
            row("append", summary.appendNanos());
        }
        if (summary.firstPosition() != null) {
            Console.ERR.println("appended " + summary.firstPosition() + " to " + summary.lastPosition());
        }
    }

    static void print(Map<String, Long> detectionsByLabel) {
        Console.ERR.println("detections: "
                + (detectionsByLabel.isEmpty()
                        ? "none"
                        : detectionsByLabel.entrySet().stream()
                                .map(entry -> entry.getKey() + " " + entry.getValue())
                                .collect(Collectors.joining(", "))));
    }

    private static void row(String name, Histogram nanos) {
        Console.ERR.printf(
                "%-26s %10.3f %10.3f %10.3f%n",
                name,
                nanos.getValueAtPercentile(50) / 1e6,
                nanos.getValueAtPercentile(99) / 1e6,
                nanos.getMaxValue() / 1e6);
    }
}

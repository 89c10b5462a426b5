package io.sightlog.cli;

import io.sightlog.capture.Captured;
import io.sightlog.capture.Credentials;
import io.sightlog.capture.Skip;
import io.sightlog.capture.live.LiveAddress;
import io.sightlog.capture.live.LiveOptions;
import io.sightlog.capture.live.LiveSources;
import io.sightlog.cli.options.Amounts;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.cli.terminal.Stop;
import io.sightlog.detect.Detector;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.produce.FrameKeeper;
import io.sightlog.produce.ProduceSummary;
import io.sightlog.produce.Producer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** {@code sightlog produce CAMERA...}: cameras, for as long as they last. */
final class ProduceLive {
    private static final List<String> FOR_FILES =
            List.of("--stride", "--start-time", "--captured", "--pages", "--poll-millis");
    private static final List<String> FOR_CAMERAS =
            List.of("--source-file", "--fps", "--source-timeout", "--reconnect", "--rtsp-transport", "--insecure");
    private static final long MAX_SOURCE_FILE_BYTES = 1 << 20;

    private final Produce options;
    private final List<LiveAddress> cameras = new ArrayList<>();
    private final LiveOptions live;

    /** @throws picocli.CommandLine.ParameterException when what was asked for does not go together */
    ProduceLive(Produce options, List<String> sources) {
        this.options = options;
        for (String option : FOR_FILES) {
            if (options.wasGiven(option)) {
                throw options.usage(option + " is for files, and these are cameras");
            }
        }
        try {
            for (String source : sources) {
                if (!isCamera(source)) {
                    throw options.usage(Credentials.hidden(source)
                            + " is no camera; files and cameras cannot be looked at in one run");
                }
                LiveAddress camera = LiveAddress.parse(source, System::getenv);
                cameras.add(camera);
                if (camera.hasSecrets() && !source.contains("env:")) {
                    Console.ERR.println(
                            "warning: the password of " + camera.shown() + " stands in the command line, where "
                                    + "everybody on this machine can see it; --source-file FILE or env:NAME keeps it away");
                }
            }
            if (options.cameras.sourceFile != null) {
                cameras.addAll(read(options.cameras.sourceFile));
            }
            if (!options.stream.isEmpty()) {
                if (cameras.size() > 1) {
                    throw options.usage("--stream is the name of one camera, and there are " + cameras.size()
                            + "; give names as in front=rtsp://HOST/PATH");
                }
                cameras.replaceAll(camera -> camera.withStream(options.stream));
            }
            live = options.cameras.live(options.maxFrames);
        } catch (IllegalArgumentException e) {
            throw options.usage(e.getMessage());
        }
    }

    /** Whether one of the sources is a camera, or is given as one. */
    static boolean isWanted(Produce options, List<String> sources) {
        return options.cameras.sourceFile != null || sources.stream().anyMatch(ProduceLive::isCamera);
    }

    /** A file that is called as a camera is stays a file. */
    private static boolean isCamera(String source) {
        return LiveAddress.isOne(source)
                && !Files.isRegularFile(Path.of(source))
                && !Files.isDirectory(Path.of(source));
    }

    /** An option that is for cameras only, when it was given; else null. */
    static @Nullable String optionForCameras(Produce options) {
        return FOR_CAMERAS.stream().filter(options::wasGiven).findFirst().orElse(null);
    }

    private static List<LiveAddress> read(Path file) {
        try {
            if (Files.size(file) > MAX_SOURCE_FILE_BYTES) {
                throw new IllegalArgumentException("the source file " + file + " has " + Files.size(file)
                        + " bytes; the limit is " + MAX_SOURCE_FILE_BYTES);
            }
            List<LiveAddress> found = new ArrayList<>();
            int number = 0;
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                number++;
                String source = line.strip();
                if (source.isEmpty() || source.startsWith("#")) {
                    continue;
                }
                if (!LiveAddress.isOne(source)) {
                    throw new IllegalArgumentException(
                            "line " + number + " of " + file
                                    + " is no camera; wanted: [NAME=]ADDRESS, as in front=rtsp://HOST/PATH, or a comment after #");
                }
                found.add(LiveAddress.parse(source, System::getenv));
            }
            if (found.isEmpty()) {
                throw new IllegalArgumentException("no camera in " + file);
            }
            return found;
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "cannot read the source file " + file + ": "
                            + (e instanceof NoSuchFileException ? "no such file" : e.getMessage()),
                    e);
        }
    }

    int call() throws InterruptedException {
        Stop.listen();
        return ProduceWatch.over(options.metrics, this::look);
    }

    private int look(@Nullable ProduceWatch watch) throws InterruptedException {
        Journal journal = options.queue.open();
        BooleanSupplier stop = ProduceWatch.watched(watch, Stop::requested);
        try (Detector detector = options.detector();
                JournalWriter writer = options.write.open(journal);
                FrameKeeper keeper = options.keeper(writer, new FrameKeeper.Detections());
                LiveSources sources = LiveSources.open(cameras, live, stop)) {
            Producer producer = new Producer(sources, detector, writer, "", keeper);
            producer.count(watch == null ? null : watch.began(journal, sources::states));
            ProduceSummary summary;
            try (LiveStatus status = LiveStatus.begin(sources)) {
                summary = producer.run(
                        (captured, skip) -> {
                            said(captured, skip);
                            status.looked(captured, producer.lastDetections());
                        },
                        stop);
            }
            Produce.print(summary, options.detection());
            return Exit.of(summary.skips() == 0 && (keeper == null || keeper.notKept() == 0));
        }
    }

    private static void said(Captured captured, @Nullable Skip skip) {
        Captured.Live from = captured.live();
        String stream = from == null ? "" : from.stream();
        if (skip != null) {
            Console.ERR.println(stream + ": " + skip.reason());
        } else if (from != null && from.source().outageNanos() > 0) {
            Console.ERR.println(
                    stream + ": back after " + Amounts.span(from.source().outageNanos()));
        }
    }
}

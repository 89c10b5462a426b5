package io.sightlog.jmh;

import io.sightlog.capture.CaptureOptions;
import io.sightlog.capture.Captured;
import io.sightlog.capture.Frame;
import io.sightlog.capture.FrameSource;
import io.sightlog.detect.Detector;
import io.sightlog.detect.DetectorOptions;
import io.sightlog.detect.Model;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.produce.ProduceSummary;
import io.sightlog.produce.Producer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What {@code produce} does beside a bare loop of the same model over the same pictures, which were decoded before: both in turn,
 * round after round; alone, and while a consumer in another process follows, with one thread for an inference and with two. Of the time
 * that is not inference, what the detector itself takes is shown apart: preparing pictures, reading outputs.
 *
 * <p>Started by {@code jmh/produce}.
 */
final class ProduceTimes {
    private static final int WARM_UPS = 2;

    private final List<String> sources;
    private final CaptureOptions capture;
    private final int rounds;

    private ProduceTimes(List<String> sources, int frames, int rounds) {
        this.sources = sources;
        this.capture = CaptureOptions.DEFAULT.withMaxFrames(frames);
        this.rounds = rounds;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        int rounds = Integer.parseInt(args[0]);
        int frames = Integer.parseInt(args[1]);
        int first = 2;
        List<Model> models = new ArrayList<>();
        while (first + 1 < args.length && args[first].equals("--model")) {
            models.add(Model.find(args[first + 1]));
            first += 2;
        }
        List<String> sources = Arrays.asList(args).subList(first, args.length);
        ProduceTimes times = new ProduceTimes(sources, frames, rounds);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly)));
        System.out.println(
                "| model | threads | follower | bare loop frames/s | produce frames/s | ratio "
                        + "| of a bare loop beside decoding | not inference, not overlapped | around inference in the detector |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        for (Model model : models.isEmpty() ? Model.bundled() : models) {
            times.measure(model, 1, false);
            times.measure(model, 1, true);
            times.measure(model, 2, true);
        }
    }

    private void measure(Model model, int threads, boolean followed) throws IOException, InterruptedException {
        List<Frame> decoded = decoded();
        double[] bare = new double[rounds];
        double[] produced = new double[rounds];
        double[] ratios = new double[rounds];
        double[] beside = new double[rounds];
        double[] others = new double[rounds];
        double[] around = new double[rounds];
        try (Scratch scratch = new Scratch();
                Detector detector = Detector.open(model, DetectorOptions.DEFAULT.withThreads(threads))) {
            Process follower = followed ? follow(scratch.journal().directory()) : null;
            try {
                bare(detector, decoded);
                for (int i = 0; i < WARM_UPS; i++) {
                    produce(scratch.journal(), detector);
                }
                for (int round = 0; round < rounds; round++) {
                    bare[round] = bare(detector, decoded);
                    ProduceSummary summary = produce(scratch.journal(), detector);
                    Sample.check(summary.frames() == decoded.size(), summary.frames() + " frames were produced");
                    produced[round] = summary.framesPerSecond();
                    ratios[round] = produced[round] / bare[round];
                    beside[round] = produced[round] / besideDecoding(detector, decoded);
                    double inferSeconds = summary.inferNanos().getMean() * summary.frames() / 1e9;
                    others[round] = 1 - inferSeconds * produced[round] / summary.frames();
                    double aroundNanos = summary.aroundInferenceNanos().getMean();
                    around[round] =
                            aroundNanos / (aroundNanos + summary.inferNanos().getMean());
                }
                check(scratch.journal(), (long) (WARM_UPS + rounds) * decoded.size());
                Sample.check(follower == null || follower.isAlive(), "the follower has ended");
            } finally {
                if (follower != null) {
                    follower.destroy();
                    follower.waitFor();
                }
            }
        } finally {
            decoded.forEach(Frame::close);
        }
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %s | %.1f | %.1f | %s | %s | %s | %s |%n",
                model.name(),
                threads,
                followed ? "yes" : "no",
                median(bare),
                median(produced),
                spread("%.3f", ratios, 1),
                spread("%.3f", beside, 1),
                spread("%.1f %%", others, 100),
                spread("%.1f %%", around, 100));
    }

    private List<Frame> decoded() throws InterruptedException {
        List<Frame> frames = new ArrayList<>();
        try (FrameSource source = FrameSource.open(sources, capture)) {
            Captured next;
            while ((next = source.next()) != null) {
                if (next instanceof Frame frame) {
                    frames.add(frame);
                }
            }
        }
        Sample.check(!frames.isEmpty(), "no frame in " + sources);
        return frames;
    }

    private static double bare(Detector detector, List<Frame> frames) {
        long began = System.nanoTime();
        for (Frame frame : frames) {
            detector.detect(frame.picture());
        }
        return frames.size() * 1e9 / (System.nanoTime() - began);
    }

    /** The bare loop while the same frames are decoded, and thrown away: what decoding takes from inference, and no more. */
    private double besideDecoding(Detector detector, List<Frame> frames) throws InterruptedException {
        long began = System.nanoTime();
        try (FrameSource source = FrameSource.open(sources, capture)) {
            for (Frame frame : frames) {
                if (source.next() instanceof Frame unused) {
                    unused.close();
                }
                detector.detect(frame.picture());
            }
        }
        return frames.size() * 1e9 / (System.nanoTime() - began);
    }

    private ProduceSummary produce(Journal journal, Detector detector) throws InterruptedException {
        try (FrameSource source = FrameSource.open(sources, capture);
                JournalWriter writer = journal.writer()) {
            return new Producer(source, detector, writer, "").run((captured, skip) -> {}, () -> false);
        }
    }

    /** As a user follows: in a process of its own. */
    private static Process follow(Path queue) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.sightlog.cli.Main"));
        command.addAll(List.of("tail", "--follow", "-q", queue.toString()));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void check(Journal journal, long events) {
        try (JournalReader reader = journal.reader()) {
            Sample.check(reader.remaining() == events, reader.remaining() + " events in the journal");
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** The median, and from the least to the most. */
    private static String spread(String format, double[] values, double scale) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return String.format(
                Locale.ROOT,
                format + " (" + format + "–" + format + ")",
                sorted[sorted.length / 2] * scale,
                sorted[0] * scale,
                sorted[sorted.length - 1] * scale);
    }
}

package io.sightlog.system;

import io.sightlog.event.Detection;
import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.journal.GoldenTest;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Journals that are worth looking at: what a page is shown with. */
final class PageJournal {
    static final long SECOND = 1_000_000_000L;
    static final long HOUR = 3_600 * SECOND;
    private static final List<String> PICTURES = List.of("dog.jpg", "horses.jpg", "person.jpg");
    private static final List<String> STREAMS = List.of("yard", "paddock", "gate");
    private static final int MANY_CAMERAS = 10;
    private static final int MANY_LABELS = 40;

    /** How long {@link #shared()} is, and when it ends: in the middle of a second of 2026, far from any change of the clock. */
    static final int SHARED_HOURS = 10;

    static final long SHARED_END = 1_780_000_000L * SECOND;
    private static Path shared;

    private PageJournal() {}

    /** {@link #cameras}, made once for all tests of this JVM, which append nothing to it. */
    static synchronized Path shared() throws IOException {
        if (shared == null) {
            Path folder = Files.createTempDirectory("page");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    GoldenTest.delete(folder);
                } catch (IOException e) {
                    System.err.println(folder + " stays: " + e);
                }
            }));
            shared = cameras(folder, SHARED_HOURS, SHARED_END);
        }
        return shared;
    }

    /** The demo's pictures, in a folder. */
    static List<Path> pictures(Path folder) throws IOException {
        Files.createDirectories(folder);
        List<Path> pictures = new ArrayList<>();
        for (String name : PICTURES) {
            Path picture = folder.resolve(name);
            try (InputStream in = PageJournal.class.getResourceAsStream("/io/sightlog/demo/" + name)) {
                Files.copy(in, picture);
            }
            pictures.add(picture);
        }
        return pictures;
    }

    /**
     * Three cameras that look at the demo's pictures for some hours: what the demo's detector sees in them comes and goes by the time of the
     * day, one of them is away for a while, frames are skipped, and a door and a weather station send messages.
     *
     * @param folder where pictures and journal are put
     * @param until when it ends, since the epoch
     * @return the journal, in {@code queue-data}
     */
    static Path cameras(Path folder, int hours, long until) throws IOException {
        List<Path> pictures = pictures(folder.resolve("pictures"));
        Path seen = folder.resolve("seen");
        List<String> produce = new ArrayList<>(List.of("produce", "-q", seen.toString(), "--model", "mb3-centernet"));
        pictures.forEach(picture -> produce.add(picture.toString()));
        Sightlog.run(produce.toArray(String[]::new)).expect(0);
        Path queue = folder.resolve("queue-data");
        long[] now = new long[1];
        try (Journal from = Journal.open(seen);
                JournalReader reader = from.reader();
                Journal journal = Journal.open(queue, () -> now[0]);
                JournalWriter writer = journal.writer()) {
            List<Camera> cameras = new ArrayList<>();
            while (reader.next()) {
                Event event = reader.event();
                writer.publishFrom(from, event.labelSetHash());
                cameras.add(new Camera(cameras.size(), event));
            }
            new Days(writer, cameras, now).run(until - hours * HOUR, until);
        }
        return queue;
    }

    /** What a detector saw in one of the pictures. */
    private static final class Camera {
        final int number;
        final String source;
        final int width;
        final int height;
        final long digest;
        final long labelSet;
        final List<Detection> seen;
        long frame;

        Camera(int number, Event event) {
            this.number = number;
            this.seen = IntStream.range(0, event.detectionCount())
                    .mapToObj(event::detection)
                    .toList();
            this.source = event.source();
            this.width = event.width();
            this.height = event.height();
            this.digest = event.digest();
            this.labelSet = event.labelSetHash();
        }
    }

    private static final class Days {
        private static final long STEP = 2 * SECOND;

        private final JournalWriter writer;
        private final List<Camera> cameras;
        private final long[] now;
        private final SplittableRandom random = new SplittableRandom(20);
        private final EventDraft draft = new EventDraft();

        Days(JournalWriter writer, List<Camera> cameras, long[] now) {
            this.writer = writer;
            this.cameras = cameras;
            this.now = now;
        }

        void run(long from, long until) {
            long third = (until - from) / 3;
            for (long at = from; at < until; at += STEP) {
                for (Camera camera : cameras) {
                    now[0] = at + camera.number * STEP / cameras.size() + random.nextLong(SECOND / 10);
                    boolean isAway = camera.number == 1 && at > from + third && at < from + third + third / 4;
                    if (!isAway) {
                        look(camera, at - from, until - from);
                    }
                }
                if (random.nextInt(200) == 0) {
                    now[0] = at + STEP - SECOND / 5;
                    writer.append(draft.clear()
                            .message("door/gate", random.nextBoolean() ? "open" : "closed")
                            .capturedNanos(now[0]));
                }
                if (at % (60 * SECOND) < STEP) {
                    now[0] = at + STEP - SECOND / 10;
                    writer.append(draft.clear()
                            .message("weather/yard", "{\"celsius\":" + (40 + random.nextInt(30)) / 10.0 + "}")
                            .capturedNanos(now[0]));
                }
            }
        }

        private void look(Camera camera, long since, long all) {
            long captured = now[0] - 30_000_000 - random.nextLong(20_000_000);
            draft.clear().source(camera.source).stream(STREAMS.get(camera.number))
                    .frame(camera.frame++, 0)
                    .capturedNanos(captured);
            boolean isSkipped = camera.number == 2 && since > all / 2 && since < all / 2 + all / 12;
            if (isSkipped) {
                writer.append(draft.skip("the frame cannot be decoded"));
                return;
            }
            draft.frame(0, 0) // the pictures have one frame each
                    .size(camera.width, camera.height)
                    .digest(camera.digest)
                    .took(2_000_000 + random.nextLong(1_000_000), 60_000_000 + random.nextLong(20_000_000))
                    .labelSet(camera.labelSet);
            double busy = (Math.sin(since * 6.3 / all * (1.5 + camera.number) + camera.number * 2) + 1) / 2;
            for (int i = 0; i < camera.seen.size(); i++) {
                if (random.nextDouble() < busy * busy / (1 + i * 0.4)) {
                    Detection d = camera.seen.get(i);
                    float confidence = (float) Math.max(0.35, d.confidence() - random.nextDouble() * 0.1);
                    draft.detection(d.classId(), confidence, d.x(), d.y(), d.w(), d.h(), 0);
                }
            }
            writer.append(draft);
        }
    }

    /** As many events as are wanted: ten cameras at thirty frames a second, forty labels, hourly cycles. Their sources are gone. */
    static void many(Path queue, int events, long from) {
        long between = SECOND / 300;
        long[] now = {from};
        SplittableRandom random = new SplittableRandom(7);
        try (Journal journal = Journal.open(queue, () -> now[0]);
                JournalWriter writer = journal.writer()) {
            long labels = writer.publish(LabelSet.of(
                    "many",
                    IntStream.range(0, MANY_LABELS).mapToObj(i -> "label " + i).toList()));
            EventDraft draft = new EventDraft();
            for (int i = 0; i < events; i++) {
                int camera = i % MANY_CAMERAS;
                now[0] = from + i * between;
                draft.clear().source("/srv/cameras/cam" + camera + ".mp4").stream("cam" + camera)
                        .frame(i / MANY_CAMERAS, i / MANY_CAMERAS * SECOND / 30)
                        .size(1920, 1080)
                        .capturedNanos(now[0])
                        .labelSet(labels);
                int seen = (int) ((Math.sin(i / 50_000.0 + camera) + 1) * 2.5);
                for (int d = 0; d < seen; d++) {
                    int label = camera * 4 + random.nextInt(4);
                    draft.detection(label, 0.5f + (float) random.nextDouble() / 2, 10 + 300 * d, 100, 200, 400, 0);
                }
                writer.append(draft);
            }
        }
    }
}

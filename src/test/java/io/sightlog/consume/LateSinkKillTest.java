package io.sightlog.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.Seeds;
import io.sightlog.event.EventDraft;
import io.sightlog.journal.EventBatch;
import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Roll;
import io.sightlog.journal.WriterOptions;
import io.sightlog.journal.internal.append.HoldingWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The promise of a named consumer whose sink finishes events later than it gets them, and in another order, under SIGKILL. */
@Tag("slow")
class LateSinkKillTest {
    private static final int WINDOW = 16;
    private static final int KILLS = 6;
    private static final int FRAMES = 12_000;
    /** A child that is not killed in time finishes so many more and then nothing, so that the next has some left. */
    private static final int MOST_MORE = 500;

    private static final int FINISH_NANOS = 100_000;
    private static final long HOUR = 3_600_000_000_000L;
    private static final String NAME = "bridge";
    /** Two of three events. */
    private static final String STREAM = "wanted";

    @TempDir
    Path temp;

    private final EventDraft draft = new EventDraft();

    /** Alone and in batches, over three cycles. */
    private Set<Long> write(Path directory, Random random) {
        AtomicLong now = new AtomicLong(1_700_001_000_000_000_000L);
        Set<Long> wanted = new HashSet<>();
        try (JournalWriter writer = Journal.open(directory, now::get).writer(WriterOptions.DEFAULT.roll(Roll.HOURLY))) {
            EventBatch batch = new EventBatch();
            int left = 0;
            for (long i = 0; i < FRAMES; i++) {
                if (i % (FRAMES / 3) == FRAMES / 3 - 1) {
                    now.addAndGet(HOUR);
                }
                draft.clear().capturedNanos(0).frame(i, 0).stream(i % 3 == 0 ? "other" : STREAM);
                if (i % 3 != 0) {
                    wanted.add(i);
                }
                if (left == 0) {
                    writer.append(batch);
                    batch.clear();
                    left = random.nextInt(8);
                }
                if (left == 0) {
                    writer.append(draft);
                } else {
                    batch.add(draft);
                    left--;
                }
            }
            writer.append(batch);
        }
        return wanted;
    }

    @Test
    void losesNothingAndRepeatsNoMoreThanItsWindow() throws Exception {
        long seed = Seeds.of(LateSinkKillTest.class);
        Random random = new Random(seed);
        Path directory = temp.resolve("q");
        Set<Long> wanted = write(directory, random);
        Set<Long> finished = new HashSet<>();
        List<Integer> repeats = new ArrayList<>();
        for (int run = 0; run <= KILLS; run++) {
            Path log = temp.resolve("log-" + run);
            boolean kill = run < KILLS;
            start(directory, log, random, kill ? 1 + random.nextInt(FRAMES / 3 * 2 / KILLS - MOST_MORE) : 0);
            int repeated = 0;
            for (long frame : read(log)) {
                repeated += finished.add(frame) ? 0 : 1;
            }
            repeats.add(repeated);
            assertThat(repeated).as("repeated in run %d", run).isLessThanOrEqualTo(WINDOW);
        }
        System.out.println("finished " + finished.size() + " events in " + (KILLS + 1) + " runs, repeated " + repeats);
        assertThat(finished).isEqualTo(wanted);
        start(directory, temp.resolve("log-again"), random, 0);
        assertThat(read(temp.resolve("log-again")))
                .as("what was left outstanding")
                .isEmpty();
    }

    /** Runs the child, and kills it when it has finished so many events; with 0 it is left to end by itself. */
    private void start(Path directory, Path log, Random random, int killAfter) throws Exception {
        List<String> command = HoldingWriter.java(
                Child.class,
                directory.toString(),
                log.toString(),
                Long.toString(random.nextLong()),
                Integer.toString(killAfter > 0 ? killAfter + MOST_MORE : Integer.MAX_VALUE));
        Path errors = temp.resolve("errors");
        Process child =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        try {
            while (killAfter > 0 && (Files.notExists(log) || Files.size(log) < 8L * killAfter)) {
                assertThat(child.isAlive()).as(() -> text(errors)).isTrue();
                LockSupport.parkNanos(1_000_000);
            }
            if (killAfter > 0) {
                child.destroyForcibly();
            }
            assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(child.exitValue()).as(() -> text(errors)).isEqualTo(killAfter > 0 ? 137 : 0);
        } finally {
            child.destroyForcibly();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static long[] read(Path log) throws IOException {
        byte[] bytes = Files.readAllBytes(log);
        long[] frames = new long[bytes.length / 8];
        ByteBuffer.wrap(bytes).asLongBuffer().get(frames);
        return frames;
    }

    /** Consumes; arguments: journal, log, seed, how many it finishes at most. Logs their frames. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws Exception {
            Random random = new Random(Long.parseLong(args[2]));
            int most = Integer.parseInt(args[3]);
            try (FileChannel log = FileChannel.open(
                            Path.of(args[1]), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                    WindowSink sink = new WindowSink(WINDOW)) {
                Thread broker = new Thread(() -> finish(sink, log, random, most), "broker");
                broker.setDaemon(true);
                broker.start();
                Reading reading =
                        new Reading(Selection.ALL.events(null, STREAM, null), NAME, false, IdleStrategy.Mode.PARK);
                Outcome outcome =
                        new Consumption(Journal.open(Path.of(args[0])), reading, () -> false, new Told()).run(sink);
                assertThat(outcome.isWhole()).isTrue();
            }
        }

        /** One after the other, but not the oldest first. */
        private static void finish(WindowSink sink, FileChannel log, Random random, int most) {
            try {
                List<WindowSink.UnderWay> underWay = sink.underWay();
                for (int finished = 0; !underWay.isEmpty() && finished < most; finished++) {
                    WindowSink.UnderWay next = underWay.get(random.nextInt(underWay.size()));
                    log.write(ByteBuffer.allocate(8).putLong(next.frame).flip());
                    sink.finish(next);
                    LockSupport.parkNanos(FINISH_NANOS);
                    underWay = sink.underWay();
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}

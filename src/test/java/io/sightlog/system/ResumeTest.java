package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The promise of named consumers, kept under {@code kill -9}. */
final class ResumeTest {
    private static final int CONSUMERS = 3;
    private static final int KILLS = 7;
    private static final int RUN = 1_000_000;

    @TempDir
    Path temp;

    private final CountDownLatch killing = new CountDownLatch(CONSUMERS);
    private final CountDownLatch fed = new CountDownLatch(1);

    /** What one producer was given, and what became of it. */
    private record Fed(int run, int lines, boolean killed) {}

    @Test
    void resumesAfterKillWithoutLoss() throws Exception {
        long seed = Seeds.of(ResumeTest.class);
        String queue = temp.resolve("journal").toString();
        ExecutorService threads = Executors.newFixedThreadPool(CONSUMERS + 1);
        try {
            Future<List<Fed>> producer = threads.submit(() -> produce(queue, new Random(seed)));
            List<Future<List<List<String>>>> consumers = new ArrayList<>();
            for (int i = 0; i < CONSUMERS; i++) {
                Random random = new Random(seed + 1 + i);
                String name = "consumer-" + i;
                Callable<List<List<String>>> consumer = () -> consume(queue, name, random);
                consumers.add(threads.submit(consumer));
            }
            List<Fed> runs = producer.get(3, TimeUnit.MINUTES);
            List<String> truth = Ndjson.all(queue);
            checkProducers(runs, truth);
            for (Future<List<List<String>>> consumer : consumers) {
                checkConsumer(consumer.get(3, TimeUnit.MINUTES), truth);
            }
            checkInfo(queue, truth);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Producer after producer, at about a thousand events a second; every other one is killed. */
    private List<Fed> produce(String queue, Random random) throws Exception {
        try {
            List<Fed> runs = new ArrayList<>();
            while (killing.getCount() > 0) {
                runs.add(produce(queue, runs.size(), 200 + random.nextInt(1500), runs.size() % 2 == 0));
            }
            runs.add(produce(queue, runs.size(), 200, false)); // so that there is something to resume for
            return runs;
        } finally {
            fed.countDown();
        }
    }

    private static Fed produce(String queue, int run, int lines, boolean kill) {
        try (Sightlog append = Sightlog.start("append", "-q", queue)) {
            for (int i = 0; i < lines; i++) {
                append.write(List.of(Ndjson.line("run-" + run, (long) run * RUN + i)));
                LockSupport.parkNanos(1_000_000);
            }
            if (kill) {
                append.kill();
                append.await().expect(137);
            } else {
                append.await().expect(0);
            }
        }
        return new Fed(run, lines, kill);
    }

    /** What each run of one consumer printed; all but the last were killed. */
    private List<List<String>> consume(String queue, String name, Random random) throws Exception {
        List<List<String>> runs = new ArrayList<>();
        String[] verb = {"tail", "-q", queue, "--as", name, "--follow", "--format", "ndjson"};
        try {
            for (int i = 0; i < KILLS; i++) {
                try (Sightlog tail = Sightlog.start(verb)) {
                    if (i % 3 == 2) {
                        Thread.sleep(random.nextInt(900)); // any moment of its start
                    } else {
                        tail.awaitLines(1 + random.nextInt(1200));
                    }
                    tail.kill();
                    runs.add(tail.await().expect(137).out());
                }
            }
        } finally {
            killing.countDown();
        }
        try (Sightlog tail = Sightlog.start(verb)) {
            fed.await();
            String last = Ndjson.field(
                    Sightlog.run("tail", "-q", queue, "--from", "-1", "--format", "ndjson")
                            .expect(0)
                            .out()
                            .get(0),
                    "index");
            tail.awaitOut(
                    "event " + last,
                    lines -> !lines.isEmpty()
                            && Ndjson.field(lines.get(lines.size() - 1), "index")
                                    .equals(last));
            tail.terminate();
            runs.add(tail.await().expect(143).out());
        }
        return runs;
    }

    /** All of what a producer was given that ended well, and the beginning of what a killed one was given. */
    private static void checkProducers(List<Fed> runs, List<String> truth) {
        for (Fed run : runs) {
            List<Integer> frames = Ndjson.frames(truth, "run-" + run.run());
            int count = run.killed() ? frames.size() : run.lines();
            assertThat(frames).isEqualTo(Ndjson.range(run.run() * RUN, run.run() * RUN + count));
        }
        assertThat(truth).extracting(line -> Ndjson.field(line, "index")).doesNotHaveDuplicates();
    }

    /** Every event in order; a run may begin with the one event its killed predecessor ended with. */
    private static void checkConsumer(List<List<String>> runs, List<String> truth) {
        List<String> read = new ArrayList<>();
        int repeats = 0;
        for (List<String> run : runs) {
            int from = 0;
            if (!run.isEmpty() && !read.isEmpty() && run.get(0).equals(read.get(read.size() - 1))) {
                from = 1;
                repeats++;
            }
            read.addAll(run.subList(from, run.size()));
        }
        System.out.println("read " + read.size() + " events in " + runs.size() + " runs, repeated " + repeats);
        Ndjson.assertSame(read, truth);
    }

    private static void checkInfo(String queue, List<String> truth) {
        Set<String> producers = new HashSet<>(Ndjson.fields(truth, "producer"));
        List<String> info = Sightlog.run("info", "-q", queue, "--all").expect(0).out();
        assertThat(info).filteredOn(line -> line.contains("no gaps")).hasSameSizeAs(producers);
        assertThat(info).noneMatch(line -> line.contains("missing") || line.contains("repeated"));
    }
}

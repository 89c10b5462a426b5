package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two writers in Java, two in C and one in Python append as fast as they can to one journal that rolls every second, and a named
 * consumer in each language follows. With {@code -Dsightlog.long=true} 200,000 events each.
 */
@Tag("slow")
final class InterplayTest {
    private static final int EVENTS_EACH = Boolean.getBoolean("sightlog.long") ? 200_000 : 20_000;
    private static final List<KillLanguage> WRITERS =
            List.of(KillLanguage.JAVA, KillLanguage.C, KillLanguage.PYTHON, KillLanguage.JAVA, KillLanguage.C);

    @TempDir
    Path temp;

    private final long seed = Seeds.of(InterplayTest.class);
    private final Random random = new Random(seed);
    private final List<Process> running = new ArrayList<>();

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whatJavaCAndPythonAppendTogetherAllOfThemReadOnceAndInOrder() throws Exception {
        ForeignPrograms.need("gcc");
        ForeignPrograms.need("python3");
        long start = System.nanoTime();
        Path directory = temp.resolve("q");
        List<Path> writerLogs = new ArrayList<>();
        List<Path> consumerLogs = new ArrayList<>();
        try {
            for (KillLanguage language : KillLanguage.values()) {
                Path log = temp.resolve("consumer-" + language);
                consumerLogs.add(log);
                start(language.consumer(List.of(directory.toString(), log.toString(), "from-" + language)), log);
            }
            List<Process> writers = new ArrayList<>();
            for (int run = 0; run < WRITERS.size(); run++) {
                Path log = temp.resolve("writer-" + run);
                writerLogs.add(log);
                List<String> arguments = List.of(
                        directory.toString(), log.toString(), "SECONDLY", Integer.toString(run), "STORM", "none", "1");
                writers.add(start(WRITERS.get(run).writer(arguments, NEVER_AT_A_STAGE), log));
            }
            for (int run = 0; run < WRITERS.size(); run++) {
                assertThat(writers.get(run).waitFor(25, TimeUnit.MINUTES)).isTrue();
                assertThat(writers.get(run).exitValue())
                        .as("%s: %s", WRITERS.get(run), errors(writerLogs.get(run)))
                        .isZero();
            }
            AppendedEvents there = AppendedEvents.of(directory);
            assertThat(there.count()).isGreaterThanOrEqualTo(WRITERS.size() * EVENTS_EACH);
            assertThat(there.unacknowledged(writerLogs)).isZero();
            for (int i = 0; i < consumerLogs.size(); i++) {
                awaitEvents(running.get(i), consumerLogs.get(i), there.count());
            }
            stopAll();
            for (int i = 0; i < consumerLogs.size(); i++) {
                assertThat(there.repeated("from-" + KillLanguage.values()[i], List.of(consumerLogs.get(i))))
                        .isZero();
            }
            there.checkSearches(random);
            there.checkFiles();
            System.out.printf(
                    Locale.ROOT,
                    "InterplayTest: %d events of %d writers in %d cycles, %d s%n",
                    there.count(),
                    WRITERS.size(),
                    Journal.open(directory).files().size() - 1,
                    (System.nanoTime() - start) / 1_000_000_000);
        } finally {
            stopAll();
        }
    }

    /** A writer in C that asks it is not told to kill itself. */
    private static final Random NEVER_AT_A_STAGE = new Random() {
        @Override
        public boolean nextBoolean() {
            return false;
        }
    };

    private Process start(List<String> command, Path log) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(Path.of(log + ".err").toFile());
        builder.environment().put(KillChild.EVENTS, Integer.toString(EVENTS_EACH));
        Process process = builder.start();
        running.add(process);
        return process;
    }

    private static String errors(Path log) throws IOException {
        return Files.readString(Path.of(log + ".err"));
    }

    private static void awaitEvents(Process consumer, Path log, int count) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(10);
        while (KillLog.count(log) < count) {
            assertThat(consumer.isAlive())
                    .as("%s: %s", log.getFileName(), errors(log))
                    .isTrue();
            assertThat(System.nanoTime())
                    .as("%s has all in time", log.getFileName())
                    .isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    private void stopAll() throws InterruptedException {
        for (Process process : running) {
            process.destroyForcibly();
            process.waitFor();
        }
    }
}

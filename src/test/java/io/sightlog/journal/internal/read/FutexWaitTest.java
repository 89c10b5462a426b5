package io.sightlog.journal.internal.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.os.Futex;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("alone")
class FutexWaitTest {
    private static final int EVENTS = 20_000;
    /** How many idle calls without an event spin. */
    private static final int SPINS = 50;
    /** Nobody waits for its end: a sleep that should not be fails the test. */
    private static final long LONG_SLEEP = TimeUnit.MINUTES.toNanos(10);

    @TempDir
    Path temp;

    /** Sleeps are as good as endless here: one lost wake-up, and the test hangs until it times out. */
    @Test
    @Timeout(value = 4, unit = TimeUnit.MINUTES)
    void noSleeperMissesAnAppend() throws InterruptedException {
        assumeTrue(Futex.AVAILABLE, "no futex on this platform");
        Journal journal = Journal.open(temp.resolve("q"));
        AtomicLong read = new AtomicLong();
        try (JournalWriter writer = journal.writer()) {
            Thread[] consumers = new Thread[2];
            for (int i = 0; i < consumers.length; i++) {
                consumers[i] = new Thread(() -> {
                    try (JournalReader reader = journal.reader();
                            IdleStrategy wait =
                                    new FutexWait(new JournalDirectory(temp.resolve("q")), Long.MAX_VALUE / 2)) {
                        for (int got = 0; got < EVENTS; ) {
                            int events = reader.poll(event -> read.incrementAndGet(), 64);
                            got += events;
                            wait.idle(got < EVENTS ? events : 1);
                        }
                        assertThat(wait.mode()).isEqualTo(IdleStrategy.Mode.FUTEX);
                    }
                });
                consumers[i].start();
            }
            Random random = new Random(3);
            EventDraft draft = new EventDraft().capturedNanos(0);
            for (int i = 0; i < EVENTS; i++) {
                for (int spin = random.nextInt(2000); spin > 0; spin--) {
                    Thread.onSpinWait();
                }
                if (random.nextInt(16) == 0) { // now and then wait for the sleepers to sleep
                    long all = 2L * i;
                    while (read.get() < all) {
                        Thread.onSpinWait();
                    }
                }
                writer.append(draft);
            }
            for (Thread consumer : consumers) {
                consumer.join();
            }
        }
        assertThat(read.get()).isEqualTo(2L * EVENTS);
    }

    /** An append after the last look and before the announcement wakes nobody: it has to be looked for once more. */
    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void theCallThatAnnouncesASleepDoesNotSleep() {
        assumeTrue(Futex.AVAILABLE, "no futex on this platform");
        Journal journal = Journal.open(temp.resolve("q"));
        EventDraft draft = new EventDraft().capturedNanos(0);
        try (JournalWriter writer = journal.writer();
                JournalReader reader = journal.reader();
                IdleStrategy wait = new FutexWait(new JournalDirectory(temp.resolve("q")), LONG_SLEEP)) {
            for (int round = 0; round < 3; round++) { // after an event it is announced anew
                spin(reader, wait);
                assertThat(reader.poll(event -> {}, 1)).isZero();
                writer.append(draft);
                wait.idle(0);
                assertThat(wait.mode()).as("it is announced").isEqualTo(IdleStrategy.Mode.FUTEX);
                assertThat(reader.poll(event -> {}, 1)).as("the last look").isEqualTo(1);
                wait.idle(1);
            }
        }
    }

    /** An append after the last look ends the sleep, also before it has begun. */
    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void anAppendBetweenTheLastLookAndTheSleepEndsIt() {
        assumeTrue(Futex.AVAILABLE, "no futex on this platform");
        Journal journal = Journal.open(temp.resolve("q"));
        EventDraft draft = new EventDraft().capturedNanos(0);
        try (JournalWriter writer = journal.writer();
                JournalReader reader = journal.reader();
                IdleStrategy wait = new FutexWait(new JournalDirectory(temp.resolve("q")), LONG_SLEEP)) {
            for (int round = 0; round < 3; round++) {
                spin(reader, wait);
                wait.idle(0);
                assertThat(wait.mode()).as("it is announced").isEqualTo(IdleStrategy.Mode.FUTEX);
                assertThat(reader.poll(event -> {}, 1)).as("the last look").isZero();
                writer.append(draft);
                wait.idle(0);
                assertThat(reader.poll(event -> {}, 1)).isEqualTo(1);
                wait.idle(1);
            }
        }
    }

    /** Until the next idle call is no spin. */
    private static void spin(JournalReader reader, IdleStrategy wait) {
        for (int i = 0; i < SPINS; i++) {
            assertThat(reader.poll(event -> {}, 1)).isZero();
            wait.idle(0);
        }
    }
}

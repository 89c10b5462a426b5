package io.sightlog.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.Seeds;
import io.sightlog.bridge.FakeBroker.Got;
import io.sightlog.consume.Glob;
import io.sightlog.consume.Reading;
import io.sightlog.consume.Selection;
import io.sightlog.event.EventDraft;
import io.sightlog.journal.EventBatch;
import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bridges to a broker that fails before and after it has an event, acknowledges out of order, is away, refuses some, while writers
 * append and the bridge is killed at any moment: nothing that was selected is lost, and nothing else is sent.
 */
@Tag("slow")
@Timeout(value = 30, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OutgoingFaultsTest {
    private static final int WINDOW = 40;
    private static final int WRITERS = 3;
    private static final String TOPIC = "yes";

    @TempDir
    Path temp;

    private int kills;
    private final AtomicLong clock = new AtomicLong(1_700_000_000_000_000_000L);

    @Test
    void nothingThatWasSelectedIsLostWhateverHappens() throws Exception {
        boolean isLong = Boolean.getBoolean("sightlog.long");
        Random random = new Random(Seeds.of(OutgoingFaultsTest.class));
        for (int round = 0; round < (isLong ? 200 : 6); round++) {
            long seed = random.nextLong();
            try {
                new Round(temp.resolve("q" + round), seed).run(isLong ? 5000 : 2000);
            } catch (Throwable e) {
                throw new AssertionError("round " + round + ", its seed " + seed, e);
            }
        }
        assertThat(kills).isPositive();
        System.out.println("OutgoingFaultsTest: " + kills + " kills");
    }

    private final class Round {
        private final Journal journal;
        private final Random random;
        private final FakeBroker broker;
        private final Set<Position> selected = new HashSet<>();
        private final Set<Position> tooLarge = new HashSet<>();
        private int untilKill;
        private int untilLook = 50;
        private @Nullable AssertionError wrong;

        Round(Path directory, long seed) {
            journal = Journal.open(directory, clock::get);
            random = new Random(seed);
            broker = new FakeBroker(random.nextLong());
        }

        void run(int events) throws Exception {
            broker.failsOfThousand = random.nextInt(20);
            broker.readsBack = random.nextBoolean();
            broker.saysTooLargeLater = random.nextBoolean();
            broker.isTooLarge = envelope -> envelope.sequence() % 97 == 13;
            broker.onSend = this::onSend;
            try (broker) {
                Thread writing = new Thread(() -> write(events, new Random(random.nextLong())), "writer");
                writing.start();
                while (writing.isAlive()) {
                    live(true);
                }
                writing.join();
                broker.set(() -> broker.isAway = false);
                while (live(false)) {
                    // killed again
                }
                check();
            }
        }

        /** One life of the bridge; whether it was killed. */
        private boolean live(boolean follow) throws Exception {
            untilKill = random.nextInt(4) == 0 ? Integer.MAX_VALUE : 1 + random.nextInt(300);
            Selection messages = Selection.ALL.events(null, null, Glob.of(TOPIC));
            Reading reading = new Reading(messages, BridgeRun.NAME, follow, IdleStrategy.Mode.PARK);
            OutgoingOptions options = OutgoingOptions.of(reading)
                    .window(WINDOW, 1 << 20)
                    .form(random.nextBoolean() ? Form.RAW : Form.NDJSON)
                    .skipUndeliverable(true)
                    .drain(Duration.ofMillis(random.nextInt(5)));
            BridgeRun bridge = new BridgeRun(journal, options, broker).start();
            if (follow) {
                outages(bridge);
                bridge.stop.set(true);
            }
            try {
                bridge.outcome();
                return false;
            } catch (FakeBroker.Killed e) {
                kills++;
                return true;
            } finally {
                checkSaved();
                if (wrong != null) {
                    throw wrong;
                }
            }
        }

        private void outages(BridgeRun bridge) throws InterruptedException {
            int connections = broker.connections();
            if (random.nextInt(3) == 0) {
                int failed = broker.failedOpenings();
                broker.set(() -> broker.isAway = true);
                broker.fail();
                long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
                BridgeRun.await(
                        "it is tried",
                        () -> broker.failedOpenings() > failed || System.nanoTime() > until,
                        bridge.said::lines);
                broker.set(() -> broker.isAway = false);
            }
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(100));
            BridgeRun.await(
                    "something happens",
                    () -> broker.connections() > connections + 3 || System.nanoTime() > until,
                    bridge.said::lines);
        }

        /** On the bridge's thread. */
        private void onSend() {
            if (--untilLook <= 0) {
                untilLook = 50;
                try {
                    checkSaved();
                } catch (AssertionError e) {
                    wrong = e;
                    throw new FakeBroker.Killed();
                }
            }
            if (--untilKill <= 0) {
                throw new FakeBroker.Killed();
            }
        }

        private void write(int events, Random chance) {
            List<JournalWriter> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                writers.add(journal.writer(Roll.MINUTELY));
            }
            EventDraft draft = new EventDraft();
            EventBatch batch = new EventBatch();
            for (int i = 0; i < events; ) {
                JournalWriter writer = writers.get(chance.nextInt(WRITERS));
                int count = chance.nextInt(4) == 0 ? 2 + chance.nextInt(5) : 1;
                List<Integer> places = new ArrayList<>();
                List<Integer> large = new ArrayList<>();
                batch.clear();
                for (int place = 0; place < count; place++, i++) {
                    boolean yes = chance.nextInt(3) > 0;
                    if (yes) {
                        places.add(place);
                    }
                    if (yes && (writer.nextSequence() + place) % 97 == 13) {
                        large.add(place);
                    }
                    draft.clear().capturedNanos(i).message(yes ? TOPIC : "no", "message " + i);
                    assertThat(batch.add(draft)).isTrue();
                }
                synchronized (selected) {
                    long index = count == 1 ? writer.append(draft) : writer.append(batch);
                    places.forEach(place -> selected.add(new Position(index, place)));
                    large.forEach(place -> tooLarge.add(new Position(index, place)));
                }
                if (chance.nextInt(500) == 0) {
                    clock.addAndGet(TimeUnit.MINUTES.toNanos(1));
                }
                if (chance.nextInt(20) == 0) {
                    Thread.yield();
                }
            }
            writers.forEach(JournalWriter::close);
        }

        /** All that was selected and is before the saved position is there, or can never be. */
        private void checkSaved() {
            try (JournalReader reader = journal.reader()) {
                var status = journal.exists() ? journal.consumer(BridgeRun.NAME) : null;
                Position next = status == null ? null : status.next();
                if (next == null) {
                    return; // all of it is done: checked at the end
                }
                while (reader.next()) {
                    Position position =
                            new Position(reader.event().index(), reader.event().place());
                    if (position.compareTo(next) >= 0) {
                        return;
                    }
                    boolean isSelected = reader.event().topic().equals(TOPIC);
                    assertThat(!isSelected
                                    || broker.has(position)
                                    || reader.event().sequence() % 97 == 13)
                            .as("%s was saved as done, up to %s, and is not there", position, next)
                            .isTrue();
                }
            }
        }

        private void check() {
            assertThat(broker.mostInFlight()).isLessThanOrEqualTo(WINDOW);
            assertThat(Objects.requireNonNull(journal.consumer(BridgeRun.NAME)).lagEvents())
                    .isZero();
            Set<Position> wanted = new HashSet<>(selected);
            wanted.removeAll(tooLarge);
            assertThat(broker.positions).isEqualTo(wanted);
            Map<List<Object>, Long> last = new HashMap<>();
            for (Got got : broker.all()) {
                List<Object> line = List.of(got.connection(), got.envelope().producer());
                Long before = last.put(line, got.envelope().sequence());
                assertThat(before == null || before < got.envelope().sequence())
                        .as("%s after %s, on one connection", got, before)
                        .isTrue();
            }
        }
    }
}

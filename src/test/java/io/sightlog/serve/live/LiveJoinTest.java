package io.sightlog.serve.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.Seeds;
import io.sightlog.event.Event;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Position;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listeners come, stop reading, go and come again at random while a producer appends: none misses an event that it is not told of. */
@Tag("slow")
final class LiveJoinTest {
    private static final int ACTIONS = 120;
    private static final int CHAINS = 30;

    private enum Asked {
        ALL("", frame -> true),
        GATE("stream=gate1", frame -> frame % 2 == 1),
        CARS("label=car&seen=true", frame -> frame % 5 == 0),
        MOST("most=200", frame -> true),
        FEW_CARS("label=car&seen=true&most=50", frame -> frame % 5 == 0);

        final String query;
        final LongPredicate takes;

        Asked(String query, LongPredicate takes) {
            this.query = query;
            this.takes = takes;
        }
    }

    /** One who listens, over several connections. */
    private static final class Chain {
        final Asked asked;
        final @Nullable Position after;
        final List<Ear> ears = new ArrayList<>();

        Chain(Asked asked, @Nullable Position after) {
            this.asked = asked;
            this.after = after;
        }

        Ear newest() {
            return ears.get(ears.size() - 1);
        }

        /** The newest id that was heard, as a browser keeps it. */
        @Nullable
        Position id() {
            Position id = after;
            for (Ear ear : ears) {
                for (Ear.Heard heard : ear.heard()) {
                    id = heard.id() == null ? id : Position.parse(heard.id());
                }
            }
            return id;
        }

        /** Each event that it asked for came once, or was told to be left out, in order; gives how many were left out. */
        long check(Map<Position, Long> frames, long total) {
            long last = after == null ? first(frames) : frames.get(after);
            long left = 0;
            for (Ear ear : ears) {
                long told = 0;
                for (Ear.Heard heard : ear.heard()) {
                    if ("left-out".equals(heard.event())) {
                        told = heard.data().get("events").asLong();
                        assertThat(told).as("of %s", this).isPositive();
                    } else if ("seen".equals(heard.event())) {
                        long frame = heard.data().get("frame").asLong();
                        assertThat(asked.takes.test(frame))
                                .as("frame %d of %s", frame, this)
                                .isTrue();
                        assertThat(frame).as("after %d of %s", last, this).isGreaterThan(last);
                        assertThat(told)
                                .as("told between %d and %d of %s", last, frame, this)
                                .isEqualTo(between(last, frame));
                        left += told;
                        told = 0;
                        last = frame;
                    }
                }
            }
            assertThat(between(last, total)).as("behind %d of %s", last, this).isZero();
            return left;
        }

        private long first(Map<Position, Long> frames) {
            String position = ears.get(0).heard().get(0).data().get("position").asText(null);
            return position == null ? -1 : frames.get(Position.parse(position));
        }

        private long between(long last, long next) {
            long count = 0;
            for (long frame = last + 1; frame < next; frame++) {
                count += asked.takes.test(frame) ? 1 : 0;
            }
            return count;
        }

        boolean hasAll(long total) {
            long wanted = total - 1;
            while (!asked.takes.test(wanted)) {
                wanted--;
            }
            long last = wanted;
            return ears.stream().anyMatch(ear -> ear.lastFrame() == last);
        }

        @Override
        public String toString() {
            return asked + " after " + after + ", connection " + ears.size();
        }
    }

    @TempDir
    Path temp;

    private static @Nullable Position somewhere(Journal journal, Random random) {
        try (JournalReader reader =
                journal.reader(new io.sightlog.journal.Start.Before(Long.MAX_VALUE, 1 + random.nextInt(3_000)))) {
            return reader.next()
                    ? new Position(reader.event().index(), reader.event().place())
                    : null;
        }
    }

    private static void listen(LiveFeed feed, Chain chain, ExecutorService pool, Random random) throws Exception {
        Ear ear = new Ear(pool).brief();
        Position id = chain.id();
        chain.ears.add(ear);
        if (random.nextInt(3) == 0) {
            ear.stop();
        }
        feed.join(Listening.asking(chain.asked.query, id == null ? null : id.toString()), ear);
    }

    private static void append(LiveJournal events, AtomicBoolean goesOn, long seed) {
        Random random = new Random(seed);
        while (goesOn.get()) {
            events.append(random.nextInt(20) == 0 ? 2_000 : 1 + random.nextInt(50), random);
            LockSupport.parkNanos(random.nextInt(4_000_000));
        }
    }

    private static Map<Position, Long> frames(Journal journal) {
        Map<Position, Long> frames = new HashMap<>();
        try (JournalReader reader = journal.reader()) {
            while (reader.next()) {
                Event event = reader.event();
                frames.put(new Position(event.index(), event.place()), event.frame());
            }
        }
        return frames;
    }

    @Test
    void whoeverJoinsGetsEachEventOnceOrIsToldHowManyItDidNot() throws Exception {
        long seed = Seeds.of(getClass());
        Random random = new Random(seed);
        ExecutorService pool = Executors.newFixedThreadPool(3);
        List<Chain> chains = new ArrayList<>();
        AtomicBoolean goesOn = new AtomicBoolean(true);
        try (LiveJournal events = new LiveJournal(temp);
                LiveFeed feed = new LiveFeed(events.journal, "1")) {
            events.append(500, random);
            Future<?> appended = pool.submit(() -> append(events, goesOn, seed));
            for (int action = 0; action < ACTIONS; action++) {
                Chain chain;
                if (chains.size() < CHAINS) {
                    Asked asked = Asked.values()[random.nextInt(Asked.values().length)];
                    chain = new Chain(asked, random.nextBoolean() ? null : somewhere(events.journal, random));
                    chains.add(chain);
                    listen(feed, chain, pool, random);
                } else {
                    chain = chains.get(random.nextInt(CHAINS));
                    if (random.nextInt(3) > 0 || chain.newest().heard().isEmpty()) {
                        chain.newest().goOn();
                    } else {
                        chain.newest().cut("by the test");
                        listen(feed, chain, pool, random);
                    }
                }
                LockSupport.parkNanos(random.nextInt(4_000_000));
            }
            goesOn.set(false);
            appended.get();
            long total = events.next();
            long end = System.nanoTime() + 60_000_000_000L;
            for (Chain chain : chains) {
                chain.newest().goOn();
                while (!chain.hasAll(total)) {
                    assertThat(System.nanoTime()).as("%s gets the last", chain).isLessThan(end);
                    LockSupport.parkNanos(5_000_000);
                }
            }
            Map<Position, Long> frames = frames(events.journal);
            long left = 0;
            int ears = 0;
            for (Chain chain : chains) {
                left += chain.check(frames, total);
                ears += chain.ears.size();
            }
            System.out.printf(
                    "%d events to %d listeners over %d connections: %d sent, %d left out, %d jumps%n",
                    total,
                    CHAINS,
                    ears,
                    feed.counts().sent(),
                    left,
                    feed.counts().jumps());
            assertThat(left).isPositive();
            assertThat(feed.problem()).isNull();
        } finally {
            pool.shutdownNow();
        }
    }
}

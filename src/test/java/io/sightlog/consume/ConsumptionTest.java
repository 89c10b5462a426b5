package io.sightlog.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.consume.Outcome.Ending;
import io.sightlog.event.Crc32c;
import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.EventLayout;
import io.sightlog.event.LabelSource;
import io.sightlog.event.Memory;
import io.sightlog.inspect.Verification;
import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import io.sightlog.journal.Retention;
import io.sightlog.journal.Start;
import io.sightlog.journal.audit.Finding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ConsumptionTest {
    @TempDir
    Path temp;

    private static final String NAME = "alarm";

    private final EventDraft draft = new EventDraft().capturedNanos(0);
    private final AtomicBoolean stop = new AtomicBoolean();
    private final Told told = new Told();

    private Journal journal() {
        return Journal.open(temp.resolve("q"));
    }

    private EventDraft frame(long number) {
        return draft.clear().capturedNanos(0).frame(number, 0);
    }

    private void appendFrames(long from, long to) {
        try (JournalWriter writer = journal().writer()) {
            for (long i = from; i < to; i++) {
                writer.append(frame(i));
            }
        }
    }

    private void append(EventDraft event) {
        try (JournalWriter writer = journal().writer()) {
            writer.append(event);
        }
    }

    /** No draft lets such labels in; another program's writer might. */
    private void appendWithLabelsWithoutId() {
        draft.clear().capturedNanos(0).frame(2, 0).ownLabels("model", "7\tfirst\n");
        int bytes = draft.encodedBytes();
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
        long at = Memory.addressOf(buffer);
        draft.encode(at, bytes, 1, 0, 0);
        for (int i = EventLayout.HEADER_BYTES; i < bytes; i++) {
            if (buffer.get(i) == '7') {
                buffer.put(i, (byte) 'd');
            }
        }
        Memory.putInt(at, new Crc32c().of(at + 4, bytes - 4));
        Event event = new Event(LabelSource.NONE);
        event.wrap(at, bytes);
        try (JournalWriter writer = journal().writer()) {
            writer.append(event, true);
        }
    }

    private Outcome run(Reading reading, Sink sink) throws IOException {
        return new Consumption(journal(), reading, stop::get, told).run(sink);
    }

    private static Reading named(Selection selection) {
        return new Reading(selection, NAME, false, IdleStrategy.Mode.PARK);
    }

    private static Position position(Event event) {
        return new Position(event.index(), event.place());
    }

    private @Nullable Position next() {
        return Objects.requireNonNull(journal().consumer(NAME)).next();
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void followingToTheEndEndsThere() throws IOException {
        append(draft.clear().capturedNanos(0).frame(1, 0));
        Selection all = Selection.ALL.range(Start.OLDEST, Start.END, Selection.By.APPENDED);
        List<Long> frames = new ArrayList<>();
        Outcome outcome = run(new Reading(all, null, true, IdleStrategy.Mode.PARK), event -> frames.add(event.frame()));
        assertThat(frames).containsExactly(1L);
        assertThat(outcome.ending()).isEqualTo(Ending.END);
        assertThat(outcome.isWhole()).isTrue();
    }

    @Test
    void whatIsAppendedMeanwhileIsPastTheEndOfWhatWasThere() throws IOException {
        append(frame(1));
        Selection all = Selection.ALL.range(Start.OLDEST, Start.END, Selection.By.APPENDED);
        List<Long> frames = new ArrayList<>();
        Outcome outcome = run(new Reading(all, null, true, IdleStrategy.Mode.PARK), event -> {
            frames.add(event.frame());
            append(frame(2));
        });
        assertThat(frames).containsExactly(1L);
        assertThat(outcome.ending()).isEqualTo(Ending.END_OF_RANGE);
    }

    @Test
    void saysHowItEnded() throws IOException {
        appendFrames(0, 5);
        assertThat(run(Reading.past(Selection.ALL), event -> {}).ending()).isEqualTo(Ending.END);
        Sink enough = new Sink() {
            private int left = 2;

            @Override
            public void accept(Event event) {
                left--;
            }

            @Override
            public boolean done() {
                return left == 0;
            }
        };
        Outcome outcome = run(Reading.past(Selection.ALL), enough);
        assertThat(outcome.ending()).isEqualTo(Ending.DONE);
        assertThat(outcome.handled()).isEqualTo(2);
        assertThat(run(Reading.past(Selection.ALL), event -> stop.set(event.frame() == 3))
                        .handled())
                .isEqualTo(4);
        assertThat(run(Reading.past(Selection.ALL), event -> {}).ending()).isEqualTo(Ending.STOPPED);
        assertThat(told.lines).isEmpty();
    }

    @Test
    void anEmptyRangeIsReportedAndNoneThatWasNotReadToItsEnd() throws IOException {
        appendFrames(0, 3);
        Selection later = Selection.ALL.range(new Start.Time(Long.MAX_VALUE), null, Selection.By.CAPTURED);
        Outcome outcome = run(Reading.past(later), event -> {});
        assertThat(outcome.inRange()).isZero();
        assertThat(told.lines).containsExactly("nothing in range");
        stop.set(true);
        run(Reading.past(later), event -> {});
        assertThat(told.lines).hasSize(1);
    }

    @Test
    void whereThereIsNoJournalWhoFollowsWaitsAndOthersAreToldWhatToName() throws IOException {
        assertThatThrownBy(() -> run(Reading.past(Selection.ALL), event -> {}))
                .isInstanceOf(JournalException.class)
                .hasMessageContainingAll("no journal in " + journal().directory(), "name the directory");
        stop.set(true);
        run(new Reading(Selection.ALL, null, true, IdleStrategy.Mode.PARK), event -> {});
        assertThat(told.lines).containsExactly("waits for a producer");
    }

    @Test
    void aConsumerGoesOnWhereItStoppedWhateverTheBeginning() throws IOException {
        appendFrames(0, 3);
        Selection again = Selection.ALL.range(Start.OLDEST, null, Selection.By.APPENDED);
        List<Long> frames = new ArrayList<>();
        run(named(again), event -> frames.add(event.frame()));
        assertThat(told.lines).isEmpty();
        run(named(again), event -> frames.add(event.frame()));
        assertThat(frames).containsExactly(0L, 1L, 2L);
        assertThat(told.lines).containsExactly(NAME + " goes on");
    }

    @Test
    void aFilterDoesNotHoldBackPruning() throws IOException {
        AtomicLong now = new AtomicLong(1_700_001_000_000_000_000L);
        Journal journal = Journal.open(temp.resolve("q"), now::get);
        try (JournalWriter writer = journal.writer()) {
            for (long i = 0; i < 4; i++) {
                writer.append(frame(i).stream(i == 0 ? "wanted" : "other"));
                now.addAndGet(3_600_000_000_000L);
            }
        }
        List<Long> frames = new ArrayList<>();
        Selection wanted = Selection.ALL.events(null, "wanted", null);
        run(named(wanted), event -> frames.add(event.frame()));
        assertThat(frames).containsExactly(0L);
        assertThat(next()).as("past all that was read").isNull();
        Retention.Plan plan = journal.retention().plan(new Retention.Policy(null, Long.MAX_VALUE, 1, Set.of(), false));
        assertThat(plan.obstacles()).isEmpty();
        assertThat(plan.cycles()).hasSize(3);
    }

    @Test
    void theSavedPositionIsJustBeforeTheOldestThatIsOutstanding() throws IOException {
        try (JournalWriter writer = journal().writer()) {
            for (long i = 0; i < 9; i++) {
                writer.append(frame(i).stream(i % 3 == 0 ? "other" : "wanted"));
            }
        }
        List<Position> all = new ArrayList<>();
        run(Reading.past(Selection.ALL), event -> all.add(position(event)));
        Deque<Position> open = new ArrayDeque<>();
        List<Position> saved = new ArrayList<>();
        Sink sink = new Sink() {
            @Override
            public void accept(Event event) {
                saved.add(next());
                open.add(position(event));
                switch ((int) event.frame()) {
                    case 2 -> open.remove(); // 1 is done, 2 is not
                    case 4 -> open.clear();
                    case 7 -> open.removeFirst(); // 5
                    default -> {}
                }
            }

            @Override
            public @Nullable Position outstanding() {
                return open.peek();
            }

            @Override
            public void finish() {
                saved.add(next());
                open.remove(); // 7, and gives up 8
            }
        };
        run(named(Selection.ALL.events(null, "wanted", null)), sink);
        assertThat(saved)
                .containsExactly(
                        all.get(1), // before 1: 0 was read, and is not selected
                        all.get(1), // before 2
                        all.get(2), // before 4: 2 is outstanding
                        all.get(5), // before 5: nothing is
                        all.get(5), // before 7: 5 is outstanding
                        all.get(7), // before 8: 5 is done, 6 is not selected
                        all.get(7)); // at the end: 7 and 8 are outstanding
        assertThat(next()).as("7 was finished, 8 was not").isEqualTo(all.get(8));
    }

    @Test
    void whatIsFinishedWhileNothingComesIsSavedThen() throws IOException {
        appendFrames(0, 3);
        Deque<Position> open = new ArrayDeque<>();
        List<Position> saved = new ArrayList<>();
        Sink sink = new Sink() {
            @Override
            public void accept(Event event) {
                open.add(position(event));
            }

            @Override
            public void caughtUp() {
                saved.add(next());
                stop.set(open.isEmpty());
                open.poll();
            }

            @Override
            public @Nullable Position outstanding() {
                return open.peek();
            }
        };
        Outcome outcome = run(new Reading(Selection.ALL, NAME, true, IdleStrategy.Mode.PARK), sink);
        assertThat(outcome.ending()).isEqualTo(Ending.STOPPED);
        assertThat(saved).doesNotHaveDuplicates().hasSize(4).endsWith((Position) null);
    }

    @Test
    void anErrorSavesNothingMoreAndIsNotFinished() throws IOException {
        appendFrames(0, 4);
        Sink sink = new Sink() {
            @Override
            public void accept(Event event) throws IOException {
                if (event.frame() == 2) {
                    throw new IOException("full");
                }
            }

            @Override
            public void finish() {
                throw new AssertionError("it has failed");
            }
        };
        assertThatThrownBy(() -> run(named(Selection.ALL), sink)).hasMessage("full");
        List<Long> frames = new ArrayList<>();
        run(named(Selection.ALL), event -> frames.add(event.frame()));
        assertThat(frames).containsExactly(2L, 3L);
    }

    @Test
    void aSinkThatSaysWhatCannotBeIsAnError() throws IOException {
        appendFrames(0, 2);
        Sink sink = new Sink() {
            @Override
            public void accept(Event event) {}

            @Override
            public Position outstanding() {
                return new Position(Long.MAX_VALUE, 7);
            }

            @Override
            public String toString() {
                return "this sink";
            }
        };
        assertThatThrownBy(() -> run(named(Selection.ALL), sink))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("this sink says that event 0x7fffffffffffffff:7 is outstanding");
    }

    @Test
    void anEventWhoseTextIsNoUtf8IsToldAndPassedAndNeverPrintedAsSomethingElse() throws IOException {
        draft.clear().capturedNanos(0).frame(2, 0).source("ab");
        int bytes = draft.encodedBytes();
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
        long at = Memory.addressOf(buffer);
        draft.encode(at, bytes, 1, 0, 0);
        for (int i = EventLayout.HEADER_BYTES; i < bytes - 1; i++) {
            if (buffer.get(i) == 'a' && buffer.get(i + 1) == 'b') {
                buffer.putShort(i, (short) 0xc0af); // "/", longer than need be
            }
        }
        Memory.putInt(at, new Crc32c().of(at + 4, bytes - 4));
        Event odd = new Event(LabelSource.NONE);
        odd.wrap(at, bytes);
        assertThat(odd.hasGoodTexts()).isFalse();
        try (JournalWriter writer = journal().writer()) {
            writer.append(odd, true);
        }
        append(draft.clear().capturedNanos(0).frame(3, 0).source("good"));
        List<Long> frames = new ArrayList<>();
        Outcome outcome = run(Reading.past(Selection.ALL), event -> frames.add(event.frame()));
        assertThat(frames).containsExactly(3L);
        assertThat(outcome.isWhole()).isFalse();
        assertThat(told.lines).singleElement(InstanceOfAssertFactories.STRING).contains("cannot be read", "UTF-8");
        List<Finding> findings = new ArrayList<>();
        new Verification(journal(), null, null, findings::add, read -> {}).run();
        assertThat(findings).extracting(Finding::kind).contains(Finding.Kind.TEXT);
    }

    @Test
    void anEventWhoseOwnLabelsAreNoneIsToldAndPassed() throws IOException {
        append(draft.clear().capturedNanos(0).frame(1, 0));
        appendWithLabelsWithoutId();
        append(draft.clear().capturedNanos(0).frame(3, 0));
        List<Long> frames = new ArrayList<>();
        Outcome outcome = run(named(Selection.ALL), event -> {
            event.labels();
            frames.add(event.frame());
        });
        assertThat(frames).containsExactly(1L, 3L);
        assertThat(outcome.damaged()).isEqualTo(1);
        assertThat(outcome.handled()).isEqualTo(2);
        assertThat(outcome.isWhole()).isFalse();
        assertThat(next()).as("past the one that cannot be read, too").isNull();
    }
}

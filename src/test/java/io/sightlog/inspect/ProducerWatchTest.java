package io.sightlog.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import io.sightlog.event.LiveSource;
import io.sightlog.journal.EventBatch;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import io.sightlog.journal.Retention;
import io.sightlog.journal.Roll;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who appends, how fast, and what is missing: from the newest hour on, as events come. */
class ProducerWatchTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path temp;

    private final EventDraft draft = new EventDraft();
    private long now = 1_764_543_600L * SECOND;
    private Journal journal;
    private ProducerWatch watch;

    @BeforeEach
    void open() {
        journal = Journal.open(temp.resolve("j"), () -> now);
        watch = new ProducerWatch(journal, () -> now, 1_000_000, 20);
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private void frames(JournalWriter writer, int count, long stepNanos) {
        for (int i = 0; i < count; i++) {
            now += stepNanos;
            writer.append(draft.clear().source("/srv/a.mp4").stream("gate")
                    .capturedNanos(now - 5)
                    .frame(i, 0));
        }
    }

    private ProducerWatch.Seen look() {
        watch.refresh(() -> false);
        return watch.seen();
    }

    @Test
    void eachProducerIsCountedByItself() {
        try (JournalWriter one = journal.writer();
                JournalWriter other = journal.writer()) {
            frames(one, 100, SECOND / 10);
            now += 1;
            other.append(draft.clear().source("/srv/b.mp4").capturedNanos(now).skip("dark"));
            other.append(draft.clear().capturedNanos(now).message("a/b", "text"));
            long otherIndex = other.lastIndex();

            ProducerWatch.Seen seen = look();
            assertThat(seen.isComplete()).isTrue();
            assertThat(seen.nowNanos()).isEqualTo(now);
            assertThat(seen.producers())
                    .extracting(ProducerSeen::producer)
                    .containsExactly(other.producer(), one.producer());
            ProducerSeen first = seen.producers().get(1);
            assertThat(first.frames()).isEqualTo(100);
            assertThat(first.events()).isEqualTo(100);
            assertThat(first.streams()).containsExactly("gate");
            assertThat(first.sources()).containsExactly("/srv/a.mp4");
            assertThat(first.framesPerSecond()).isBetween(9.8, 10.2);
            assertThat(first.lastAppendedNanos()).isEqualTo(now - 1);
            assertThat(first.lastCapturedNanos()).isEqualTo(now - 6);
            ProducerSeen second = seen.producers().get(0);
            assertThat(second.skips()).isOne();
            assertThat(second.messages()).isOne();
            assertThat(second.frames()).isZero();
            assertThat(second.framesPerSecond()).isZero();
            assertThat(second.last()).isEqualTo(new Position(otherIndex, 0));
        }
    }

    @Test
    void ofALongNameTheBeginningIsKept() {
        try (JournalWriter writer = journal.writer()) {
            for (int i = 0; i < 30; i++) {
                writer.append(draft.clear()
                        .source(i + "/" + "x".repeat(60_000))
                        .capturedNanos(now)
                        .skip("dark"));
            }
            assertThat(look().producers().get(0).sources())
                    .hasSize(10)
                    .allMatch(name -> name.length() == 1003 && name.endsWith("x..."));
        }
    }

    @Test
    void eachLookReadsOnWhereTheLastOneEnded() {
        try (JournalWriter writer = journal.writer()) {
            for (int i = 1; i <= 5; i++) {
                frames(writer, 50, SECOND / 5);
                ProducerSeen seen = look().producers().get(0);
                assertThat(seen.events()).isEqualTo(50L * i);
                assertThat(seen.missing()).isZero();
                assertThat(seen.repeated()).isZero();
                assertThat(seen.framesPerSecond()).isBetween(4.9, 5.2);
            }
            now += 11 * SECOND;
            assertThat(look().producers().get(0).framesPerSecond()).isZero();
            frames(writer, 20, SECOND / 2);
            assertThat(look().producers().get(0).framesPerSecond()).isBetween(1.9, 2.1);
        }
    }

    @Test
    void aLookReadsOnBehindAPlaceOfABatch() {
        watch = new ProducerWatch(journal, () -> now, 5, 20);
        try (JournalWriter writer = journal.writer()) {
            for (int i = 1; i <= 4; i++) {
                frames(writer, 2, SECOND);
                EventBatch batch = new EventBatch();
                for (int k = 0; k < 3; k++) {
                    batch.add(draft.clear().capturedNanos(now).message("topic", "text"));
                }
                writer.append(batch);
                ProducerSeen seen = look().producers().get(0);
                assertThat(seen.events()).isEqualTo(5L * i);
                assertThat(seen.last().place()).isEqualTo(2);
                assertThat(seen.missing()).isZero();
            }
            assertThat(watch.seen().sinceNanos()).isEqualTo(now - 7 * SECOND);
        }
    }

    @Test
    void onlyTheNewestHourIsLookedAtAndNotMoreThanSoManyEvents() {
        try (JournalWriter writer = journal.writer()) {
            frames(writer, 10, SECOND);
            now += 7200 * SECOND;
            frames(writer, 40, SECOND);
            ProducerWatch.Seen seen = look();
            assertThat(seen.producers().get(0).events()).isEqualTo(40);
            assertThat(seen.producers().get(0).missing()).isZero();
            assertThat(seen.sinceNanos()).isEqualTo(now - 39 * SECOND);

            watch = new ProducerWatch(journal, () -> now, 7, 20);
            assertThat(look().producers().get(0).events()).isEqualTo(7);
            frames(writer, 40, SECOND);
            assertThat(look().producers().get(0).events()).isEqualTo(47);
        }
    }

    @Test
    void afterALongTimeWithoutALookItBeginsAnew() {
        try (JournalWriter writer = journal.writer()) {
            frames(writer, 10, SECOND);
            look();
            for (int i = 0; i < 8; i++) {
                frames(writer, 10, 720 * SECOND);
            }
            ProducerWatch.Seen seen = look();
            assertThat(seen.producers().get(0).events()).isEqualTo(6);
            assertThat(seen.producers().get(0).missing()).isZero();
        }
    }

    @Test
    void whatIsMissingRepeatedAndReorderedIsSaid() {
        try (Journal from = Journal.open(temp.resolve("from"), () -> now);
                JournalWriter made = from.writer();
                JournalWriter writer = journal.writer()) {
            frames(made, 60, SECOND);
            copy(from, writer, 0, 1, 2, 5, 4, 5, 10, 11, 20);
        }
        ProducerSeen seen = look().producers().get(0);
        assertThat(seen.gaps())
                .containsExactly(
                        new SequenceCheck.Range(3, 3), new SequenceCheck.Range(6, 9), new SequenceCheck.Range(12, 19));
        assertThat(seen.missing()).isEqualTo(13);
        assertThat(seen.repeated()).isOne();
        assertThat(seen.reordered()).isOne();
    }

    private static void copy(Journal from, JournalWriter writer, long... sequences) {
        for (long sequence : sequences) {
            try (JournalReader reader = from.reader()) {
                while (reader.next()) {
                    if (reader.event().sequence() == sequence) {
                        writer.append(reader.event(), true);
                    }
                }
            }
        }
    }

    @Test
    void gapsAreBoundedAndAllOfThemCounted() {
        SequenceCheck check = new SequenceCheck(1000);
        for (long i = 0; i < 5000; i++) {
            check.saw(2 * i);
        }
        assertThat(check.missing()).hasSize(1000);
        assertThat(check.missingCount()).isEqualTo(4999);
        assertThat(check.newestMissing(2))
                .containsExactly(new SequenceCheck.Range(9995, 9995), new SequenceCheck.Range(9997, 9997));
        check.saw(1);
        assertThat(check.repeated()).isOne();
        check.saw(9997);
        assertThat(check.missingCount()).isEqualTo(4998);
        check.saw(Long.MAX_VALUE - 1);
        check.saw(5_000_000_000_000_000_000L);
        assertThat(check.missingCount()).isPositive();
    }

    @Test
    void theProducerThatWasSilentForLongestIsForgotten() {
        List<Long> producers = new ArrayList<>();
        for (int i = 0; i < 20 + 3; i++) {
            try (JournalWriter writer = journal.writer()) {
                frames(writer, 1, SECOND);
                producers.add(0, writer.producer());
            }
        }
        assertThat(look().producers()).extracting(ProducerSeen::producer).isEqualTo(producers.subList(0, 20));
    }

    @Test
    void namesDurationsAndDropsAreThoseOfTheNewestEvents() {
        try (JournalWriter writer = journal.writer()) {
            for (int i = 1; i <= 150; i++) {
                now += SECOND;
                draft.clear()
                        .source("/srv/" + i % 25)
                        .capturedNanos(now)
                        .frame(i, 0)
                        .took(1000L * i, i % 2);
                writer.append(draft.live(new LiveSource(3, 0, 0, 0)));
            }
        }
        ProducerSeen seen = look().producers().get(0);
        assertThat(seen.sources()).hasSize(10).startsWith("/srv/0", "/srv/24").endsWith("/srv/16");
        assertThat(seen.streams()).isEmpty();
        assertThat(seen.decodeP50Nanos()).isEqualTo(100_000);
        assertThat(seen.inferP50Nanos()).isOne();
        assertThat(seen.dropped()).isEqualTo(450);
    }

    @Test
    void aLookThatIsStoppedIsGoneOnWith() {
        try (JournalWriter writer = journal.writer()) {
            frames(writer, 1000, SECOND / 10);
        }
        watch.refresh(() -> true);
        assertThat(watch.seen().isComplete()).isFalse();
        int[] asked = new int[1];
        watch.refresh(() -> asked[0]++ == 1);
        assertThat(watch.seen().isComplete()).isFalse();
        assertThat(watch.seen().producers().get(0).events()).isBetween(512L, 800L);
        assertThat(look().producers().get(0).events()).isEqualTo(1000);
        assertThat(watch.seen().isComplete()).isTrue();
        assertThat(watch.seen().producers().get(0).missing()).isZero();
    }

    @Test
    void looksThatAreStoppedAtOnceGetOnAllTheSame() {
        try (JournalWriter writer = journal.writer()) {
            frames(writer, 1000, SECOND / 10);
        }
        for (int look = 0; look < 5 && !watch.seen().isComplete(); look++) {
            watch.refresh(() -> true);
        }
        assertThat(watch.seen().isComplete()).isTrue();
        assertThat(watch.seen().producers().get(0).events()).isEqualTo(1000);
    }

    @Test
    void whatIsOlderThanTheHourIsNotOpened() throws Exception {
        try (JournalWriter writer = journal.writer()) {
            for (int day = 0; day < 3; day++) {
                frames(writer, 10, SECOND);
                now += 24 * 3600 * SECOND;
            }
            frames(writer, 10, SECOND);
        }
        try (Stream<Path> files = Files.list(temp.resolve("j"))) {
            Path middle = files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .skip(1)
                    .findFirst()
                    .orElseThrow();
            Files.delete(middle);
            Files.createDirectory(middle); // cannot be read
        }
        assertThat(look().producers().get(0).events()).isEqualTo(10);
    }

    @Test
    void aJournalThatIsPrunedReplacedOrDeletedIsBegunAnew() throws Exception {
        assertThat(look().producers()).isEmpty();
        try (JournalWriter writer = journal.writer(Roll.MINUTELY)) {
            frames(writer, 100, SECOND);
            assertThat(look().producers().get(0).events()).isEqualTo(100);
            frames(writer, 300, SECOND);
            Retention retention = journal.retention();
            retention.execute(retention.plan(new Retention.Policy(null, Long.MAX_VALUE, 2, Set.of(), true)));
            ProducerSeen seen = look().producers().get(0);
            assertThat(seen.events()).isBetween(60L, 120L);
            assertThat(seen.missing()).isZero();
        }
        Files.move(temp.resolve("j"), temp.resolve("old"));
        assertThat(look().producers()).isEmpty();
        try (JournalWriter writer = journal.writer(Roll.MINUTELY)) {
            frames(writer, 500, SECOND / 10);
            assertThat(look().producers()).hasSize(1);
            assertThat(watch.seen().producers().get(0).producer()).isEqualTo(writer.producer());
            assertThat(watch.seen().producers().get(0).events()).isEqualTo(500);
        }
    }

    @Test
    void aSecondThreadGetsWhatIsThereAndDoesNotWait() throws Exception {
        try (JournalWriter writer = journal.writer()) {
            frames(writer, 1000, SECOND / 10);
        }
        CountDownLatch isIn = new CountDownLatch(1);
        CountDownLatch mayGo = new CountDownLatch(1);
        Thread first = new Thread(() -> watch.refresh(() -> {
            isIn.countDown();
            try {
                return !mayGo.await(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                return true;
            }
        }));
        first.start();
        assertThat(isIn.await(1, TimeUnit.MINUTES)).as("the first one looks").isTrue();
        assertThat(look().producers()).isEmpty();
        mayGo.countDown();
        first.join(TimeUnit.MINUTES.toMillis(1));
        assertThat(watch.seen().producers().get(0).events()).isEqualTo(1000);
    }
}

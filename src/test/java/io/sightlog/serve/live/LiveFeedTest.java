package io.sightlog.serve.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightlog.event.Detection;
import io.sightlog.event.EventDraft;
import io.sightlog.journal.Journal;
import io.sightlog.journal.Position;
import io.sightlog.journal.Retention;
import io.sightlog.serve.api.Question;
import io.sightlog.serve.api.Refusal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LiveFeedTest {
    @TempDir
    Path temp;

    private final ExecutorService pool = Executors.newFixedThreadPool(2);
    private @Nullable LiveFeed made;

    @AfterEach
    void close() {
        if (made != null) {
            made.close();
        }
        pool.shutdownNow();
    }

    private LiveFeed feed(Journal journal) {
        made = new LiveFeed(journal, "abc");
        return made;
    }

    /** A question with parameters as {@code most=3&label=car}. */
    static LiveQuestion asking(String query, @Nullable String lastEventId) throws Refusal {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String part : query.split("&")) {
            if (!part.isEmpty()) {
                parameters
                        .computeIfAbsent(part.substring(0, part.indexOf('=')), name -> new ArrayList<>())
                        .add(part.substring(part.indexOf('=') + 1));
            }
        }
        return LiveQuestion.of(new Question("", parameters, lastEventId));
    }

    private Ear listen(LiveFeed feed, String query) throws Refusal {
        return listen(feed, query, null);
    }

    private Ear listen(LiveFeed feed, String query, @Nullable Position lastEventId) throws Refusal {
        Ear ear = new Ear(pool);
        feed.join(asking(query, lastEventId == null ? null : lastEventId.toString()), ear);
        return ear;
    }

    @Test
    void aListenerIsGreetedAndGetsWhatIsAppendedFromThenOn() throws Exception {
        try (LiveJournal events = new LiveJournal(temp)) {
            events.append(10);
            Position last = events.append();
            LiveFeed feed = feed(events.journal);
            Ear ear = listen(feed, "");
            events.append(100);
            ear.awaitFrame(110);
            assertThat(ear.assertComplete(11, 110)).isZero();
            Ear.Heard hello = ear.heard().get(0);
            assertThat(hello.event()).isEqualTo("hello");
            assertThat(hello.id()).isEqualTo(last.toString());
            assertThat(hello.data().get("position").asText()).isEqualTo(last.toString());
            assertThat(hello.data().get("instance").asText()).isEqualTo("abc");
            assertThat(hello.data().get("nowNanos").isTextual()).isTrue();
            Ear.Heard first = ear.heard().get(1);
            assertThat(first.id()).isEqualTo(first.data().get("index").asText());
            assertThat(first.data().get("detections").get(0).get("label").asText())
                    .isIn("person", "car");
        }
    }

    @Test
    void aJournalThatComesLaterIsToldFromItsFirstEventOn() throws Exception {
        Path later = temp.resolve("later");
        try (Journal journal = Journal.open(later)) {
            LiveFeed feed = feed(journal);
            Ear ear = listen(feed, "");
            assertThat(ear.heard().get(0).data().get("position").isNull()).isTrue();
            try (LiveJournal events = new LiveJournal(later)) {
                events.append(5);
                ear.awaitFrame(4);
                ear.assertComplete(0, 4);
            }
        }
    }

    @Test
    void eachGetsWhatItAsksFor() throws Exception {
        try (LiveJournal events = new LiveJournal(temp)) {
            LiveFeed feed = feed(events.journal);
            Ear cars = listen(feed, "label=car&seen=true");
            Ear gate = listen(feed, "stream=gate1");
            Ear source = listen(feed, "source=cam2*&source=cam1.mp4");
            Ear messages = listen(feed, "topic=door/**");
            Ear sure = listen(feed, "conf=0.6&kind=frame");
            events.append(100);
            events.writer.append(events.draft().clear().capturedNanos(1).message("door/front", "open"));
            cars.awaitFrame(95);
            gate.awaitFrame(99);
            source.awaitFrame(98);
            sure.awaitFrame(99);
            messages.await("a message", ear -> ear.named("seen").size() == 1);
            assertThat(cars.frames()).hasSize(20).allMatch(frame -> frame % 5 == 0);
            assertThat(gate.frames()).hasSize(50).allMatch(frame -> frame % 2 == 1);
            assertThat(source.frames()).hasSize(66).allMatch(frame -> frame % 3 > 0);
            assertThat(messages.named("seen").get(0).data().get("text").asText())
                    .isEqualTo("open");
            assertThat(sure.named("seen"))
                    .hasSize(100)
                    .allMatch(one -> one.data().get("detections").isEmpty());
            assertThat(feed.counts().channels()).isEqualTo(5);
        }
    }

    @Test
    void thoseWhoAskTheSameShareAChannel() throws Exception {
        try (LiveJournal events = new LiveJournal(temp)) {
            LiveFeed feed = feed(events.journal);
            listen(feed, "label=car&source=*.mp4&most=5");
            listen(feed, "most=5&source=*.mp4&label=car");
            assertThat(feed.counts().channels()).isEqualTo(1);
            assertThat(feed.counts().listeners()).isEqualTo(2);
        }
    }

    @Test
    void aSlowReaderJumpsAheadAndIsToldHowManyItMissed() throws Exception {
        try (LiveJournal events = new LiveJournal(temp)) {
            LiveFeed feed = feed(events.journal);
            Ear slow = listen(feed, "");
            Ear quick = listen(feed, "");
            events.append(1);
            slow.awaitFrame(0);
            slow.stop();
            events.append(20_000);
            quick.awaitFrame(20_000);
            slow.goOn();
            slow.awaitFrame(20_000);
            assertThat(slow.assertComplete(0, 20_000)).isBetween(15_000L, 20_000L);
            Ear.Heard told = slow.named("left-out").get(0);
            assertThat(told.data().get("reason").asText()).isEqualTo("slow");
            assertThat(told.data().get("from").asText()).startsWith("0x");
            assertThat(feed.counts().jumps()).isPositive();
            quick.assertComplete(0, 20_000);
        }
    }

    @Test
    void withMostTheFirstAndTheNewestOfABurstAreTold() throws Exception {
        try (LiveJournal events = new LiveJournal(temp)) {
            LiveFeed feed = feed(events.journal);
            Ear ear = listen(feed, "most=20");
            events.append(1);
            ear.awaitFrame(0);
            long before = System.nanoTime();
            events.append(5_000);
            ear.awaitFrame(5_000);
            double seconds = (System.nanoTime() - before) / 1e9;
            assertThat(ear.assertComplete(0, 5_000)).isPositive();
            assertThat(ear.named("left-out"))
                    .allMatch(one -> one.data().get("reason").asText().equals("rate"));
            assertThat(ear.frames().size()).isLessThanOrEqualTo((int) (20 * seconds) + 2);
        }
    }

    @Test
    void whoComesAgainGetsWhatItHasMissed() throws Exception {
        try (LiveJournal events = new LiveJournal(temp)) {
            Position third = null;
            for (int i = 0; i < 3; i++) {
                third = events.append();
            }
            events.append(3_000);
            LiveFeed feed = feed(events.journal);
            Ear ear = listen(feed, "", third);
            events.append(10);
            ear.awaitFrame(3_012);
            assertThat(ear.assertComplete(3, 3_012)).isZero();
            assertThat(ear.heard().get(0).data().get("position").asText()).isEqualTo(third.toString());
        }
    }

    @Test
    void whoComesAgainFarBehindGetsTheNewestAndIsTold() throws Exception {
        try (LiveJournal events = new LiveJournal(temp)) {
            Position first = events.append();
            events.append(30_000);
            LiveFeed feed = feed(events.journal);
            Ear ear = listen(feed, "", first);
            Ear newest = listen(feed, "most=5", first);
            ear.awaitFrame(30_000);
            newest.awaitFrame(30_000);
            assertThat(ear.assertComplete(1, 30_000)).isEqualTo(29_000);
            assertThat(newest.assertComplete(1, 30_000)).isEqualTo(29_999);
            assertThat(newest.frames()).containsExactly(30_000L);
        }
    }

    @Test
    void whatWasPrunedIsTold() throws Exception {
        AtomicLong clock = new AtomicLong(1_800_000_000_000_000_000L);
        try (LiveJournal events = new LiveJournal(Journal.open(temp, clock::get), 0)) {
            Position first = events.append();
            events.append(9);
            clock.addAndGet(4_000_000_000_000L);
            events.append(10);
            Retention retention = events.journal.retention();
            Retention.Policy newest = new Retention.Policy(null, Long.MAX_VALUE, 1, Set.of(), true);
            assertThat(retention.execute(retention.plan(newest))).isEqualTo(1);
            LiveFeed feed = feed(events.journal);
            Ear ear = listen(feed, "", first);
            Ear most = listen(feed, "most=3", first);
            events.append(1);
            ear.awaitFrame(20);
            most.awaitFrame(20);
            assertThat(ear.frames()).hasSize(11).startsWith(10L);
            assertThat(ear.heard().get(1).event()).isEqualTo("left-out");
            JsonNode told = ear.heard().get(1).data();
            assertThat(told.get("events").asLong()).isEqualTo(-1);
            assertThat(told.get("reason").asText()).isEqualTo("pruned");
            assertThat(told.get("from").asText()).isEqualTo(first.toString());
            assertThat(told.get("to").asText()).isEqualTo(ear.heard().get(2).id());
            assertThat(most.heard().get(1).data().get("reason").asText()).isEqualTo("pruned");
        }
    }

    @Test
    void aReplacedJournalIsSaidAndBegunAnew() throws Exception {
        Path directory = temp.resolve("journal");
        try (LiveJournal events = new LiveJournal(directory)) {
            events.append(10);
            LiveFeed feed = feed(events.journal);
            Ear ear = listen(feed, "");
            events.append(1);
            ear.awaitFrame(10);
            Files.move(directory, temp.resolve("old"));
            try (LiveJournal others = new LiveJournal(directory, 1_000)) {
                others.append(7);
                ear.awaitFrame(1_006);
                assertThat(ear.frames()).containsExactly(10L, 1_000L, 1_001L, 1_002L, 1_003L, 1_004L, 1_005L, 1_006L);
                assertThat(ear.named("replaced")).hasSize(1);
                assertThat(ear.named("replaced").get(0).id()).isEmpty();
            }
        }
    }

    @Test
    void aPositionThatTheJournalDoesNotHaveIsAnotherJournals() throws Exception {
        try (LiveJournal events = new LiveJournal(temp)) {
            Position last = events.append();
            LiveFeed feed = feed(events.journal);
            Ear ear = listen(feed, "", new Position(last.index() + 5, 0));
            ear.await("it is told", one -> one.named("replaced").size() == 1);
            events.append(1);
            ear.awaitFrame(1);
            assertThat(ear.frames()).containsExactly(1L);
        }
    }

    @Test
    void damageIsPassedOver() throws Exception {
        Path made = temp.resolve("made");
        try (LiveJournal events = new LiveJournal(made)) {
            events.append(30);
        }
        damage(made, "/srv/cam1.mp4");
        Path later = temp.resolve("later");
        try (Journal journal = Journal.open(later)) {
            LiveFeed feed = feed(journal);
            Ear ear = listen(feed, "");
            Files.move(made, later);
            ear.awaitFrame(29);
            assertThat(ear.frames()).hasSize(29).doesNotContain(4L);
            assertThat(feed.counts().damaged()).isEqualTo(1);
            Ear again = listen(feed, "", Position.parse(ear.named("seen").get(0).id()));
            again.awaitFrame(29);
            assertThat(again.frames()).hasSize(28).doesNotContain(4L);
            assertThat(feed.problem()).isNull();
        }
    }

    /** Changes a byte in the second event that has a text. */
    private static void damage(Path directory, String text) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            Path file = files.filter(one -> one.toString().endsWith(".cq4"))
                    .findFirst()
                    .orElseThrow();
            String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
            int second = bytes.indexOf(text, bytes.indexOf(text) + 1);
            try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
                out.seek(second);
                out.write('?');
            }
        }
    }

    @Test
    void whatIsNoJournalIsSaidAndWaitedFor() throws Exception {
        Path later = temp.resolve("later");
        try (Journal journal = Journal.open(later)) {
            made = new LiveFeed(journal, "abc", new LiveTimes(50_000_000, 10_000_000_000L));
            LiveFeed feed = made;
            Ear ear = listen(feed, "");
            Files.writeString(later, "no folder");
            ear.await("it is said", one -> feed.problem() != null);
            Files.delete(later);
            try (LiveJournal events = new LiveJournal(later)) {
                events.append(3);
                ear.awaitFrame(2);
                ear.assertComplete(0, 2);
                ear.await("nothing is wrong any more", one -> feed.problem() == null);
            }
        }
    }

    @Test
    void anEventThatIsTooLargeIsToldOf() throws Exception {
        try (LiveJournal events = new LiveJournal(temp)) {
            LiveFeed feed = feed(events.journal);
            Position before = events.append();
            Ear ear = listen(feed, "");
            Ear most = listen(feed, "most=5");
            EventDraft large = events.draft();
            for (int i = 0; i < 3_000; i++) {
                large.detection(new Detection(0, 0.9f, 1, 2, 3, 4, 0));
            }
            Position at = new Position(events.writer.append(large), 0);
            for (Ear one : List.of(ear, most, listen(feed, "", before))) {
                one.await("it is told", each -> each.named("left-out").size() == 1);
                JsonNode told = one.named("left-out").get(0).data();
                assertThat(told.get("events").asLong()).isEqualTo(1);
                assertThat(told.get("reason").asText()).isEqualTo("large");
                assertThat(told.get("from").asText()).isEqualTo(before.toString());
                assertThat(told.get("to").asText()).isEqualTo(at.toString());
                events.append(1);
                one.awaitFrame(2);
            }
        }
    }

    @Test
    void whoComesAgainWhileThereIsNoJournalBeginsAnew() throws Exception {
        Path later = temp.resolve("later");
        try (Journal journal = Journal.open(later)) {
            LiveFeed feed = feed(journal);
            Ear ear = listen(feed, "", new Position(Long.MAX_VALUE, 0));
            ear.await("it is told", one -> one.named("replaced").size() == 1);
            try (LiveJournal events = new LiveJournal(later)) {
                events.append(3);
                ear.awaitFrame(2);
                ear.assertComplete(0, 2);
            }
        }
    }

    @Test
    void aQuestionTooManyIsRefused() throws Exception {
        try (LiveJournal events = new LiveJournal(temp)) {
            LiveFeed feed = feed(events.journal);
            for (int i = 0; i < Channels.MOST; i++) {
                listen(feed, "stream=s" + i);
            }
            assertThatThrownBy(() -> listen(feed, "stream=another"))
                    .isInstanceOfSatisfying(
                            Refusal.class, e -> assertThat(e.status()).isEqualTo(503))
                    .hasMessageContaining("64 different");
            for (int i = Channels.MOST; i < LiveFeed.MOST_LISTENERS; i++) {
                listen(feed, "stream=s1");
            }
            assertThatThrownBy(() -> listen(feed, "stream=s1")).hasMessageContaining("300 live listeners");
            assertThat(feed.counts().refused()).isEqualTo(2);
        }
    }

    @Test
    void aQuestionThatIsWrongIsRefused() {
        assertThatThrownBy(() -> asking("most=0", null)).hasMessageContaining("1 to 1000");
        assertThatThrownBy(() -> asking("every=1", null)).hasMessageContaining("unknown parameter \"every\"");
        assertThatThrownBy(() -> asking("", "seven")).hasMessageContaining("Last-Event-ID=seven");
    }

    @Test
    void whoTakesNothingIsCut() throws Exception {
        try (LiveJournal events = new LiveJournal(temp)) {
            made = new LiveFeed(events.journal, "abc", new LiveTimes(50_000_000, 200_000_000));
            Ear still = new Ear(pool);
            still.stop();
            made.join(asking("", null), still);
            Ear other = listen(made, "");
            still.await("it is cut", ear -> ear.cut() != null);
            other.await("comments come", ear -> ear.heard().size() > 3);
            assertThat(other.heard().get(2).event()).isNull();
            assertThat(made.counts().listeners()).isEqualTo(1);
            assertThat(made.counts().cut()).isEqualTo(1);
        }
    }

    @Test
    void aCommentMovesWhereOneGoesOn() throws Exception {
        try (LiveJournal events = new LiveJournal(temp)) {
            made = new LiveFeed(events.journal, "abc", new LiveTimes(50_000_000, 200_000_000));
            Ear ear = listen(made, "label=bus&seen=true");
            events.append(9);
            Position last = events.append();
            ear.await(
                    "the comment has the newest position",
                    one -> one.heard().stream()
                            .anyMatch(each -> last.toString().equals(each.id()) && each.event() == null));
            assertThat(ear.frames()).isEmpty();
        }
    }

    @Test
    void whenTheFeedIsClosedAllAreEnded() throws Exception {
        try (LiveJournal events = new LiveJournal(temp)) {
            LiveFeed feed = feed(events.journal);
            Ear ear = listen(feed, "");
            Ear still = listen(feed, "");
            still.stop();
            events.append(1);
            ear.awaitFrame(0);
            feed.close();
            ear.await("it is over", Ear::isOver);
            still.await("it is cut", one -> one.cut() != null);
            assertThatThrownBy(() -> listen(feed, "")).hasMessageContaining("closing");
        }
    }
}

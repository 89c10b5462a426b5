package io.sightlog.serve.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightlog.event.Detection;
import io.sightlog.event.EventDraft;
import io.sightlog.journal.Journal;
import io.sightlog.journal.Position;
import io.sightlog.journal.Retention;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What goes wrong around the feed, and what is told of it. */
@Tag("slow")
final class LiveTroubleTest extends Listening {
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
    void nothingIsMissedOrCountedTwiceWhenTheJournalHasToBeOpenedAgain() throws Exception {
        try (LiveJournal events = new LiveJournal(temp)) {
            LiveFeed feed = feed(events.journal);
            Ear ear = listen(feed, "");
            Ear most = listen(feed, "most=1000");
            for (int i = 1; i <= 20; i++) {
                events.append(50);
                ear.awaitFrame(50L * i - 1);
                feed.locked(Tail::close); // as behind a file that cannot be read
            }
            most.awaitFrame(999);
            assertThat(ear.assertComplete(0, 999)).isZero();
            most.assertComplete(0, 999);
            assertThat(ear.named("replaced")).isEmpty();
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
    void whoTakesNothingIsCut() throws Exception {
        try (LiveJournal events = new LiveJournal(temp)) {
            made = new LiveFeed(events.journal, "abc", new LiveTimes(50_000_000, 2_000_000_000));
            Ear still = new Ear(pool);
            still.stop();
            made.join(asking("", null), still);
            Ear other = listen(made, "");
            still.await("it is cut", ear -> ear.cut() != null);
            other.await("heartbeats come", ear -> ear.named("alive").size() > 3);
            assertThat(made.counts().listeners()).isEqualTo(1);
            assertThat(made.counts().cut()).isEqualTo(1);
        }
    }

    @Test
    void aHeartbeatMovesWhereOneGoesOn() throws Exception {
        try (LiveJournal events = new LiveJournal(temp)) {
            made = new LiveFeed(events.journal, "abc", new LiveTimes(50_000_000, 30_000_000_000L));
            Ear ear = listen(made, "label=bus&seen=true");
            events.append(9);
            Position last = events.append();
            ear.await(
                    "a heartbeat has the newest position",
                    one -> one.named("alive").stream()
                            .anyMatch(each -> last.toString().equals(each.id())));
            assertThat(ear.named("alive").get(0).data().get("nowNanos").isTextual())
                    .isTrue();
            assertThat(ear.heard().get(0).data().get("heartbeatNanos").asText()).isEqualTo("50000000");
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

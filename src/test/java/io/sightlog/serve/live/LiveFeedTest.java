package io.sightlog.serve.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.journal.Journal;
import io.sightlog.journal.Position;
import io.sightlog.serve.api.Refusal;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class LiveFeedTest extends Listening {
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
            assertThat(hello.data().get("generation").asText()).isEqualTo(events.journal.generation());
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
}

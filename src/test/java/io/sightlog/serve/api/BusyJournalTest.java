package io.sightlog.serve.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightlog.Seeds;
import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Retention;
import io.sightlog.journal.Roll;
import io.sightlog.journal.WriterOptions;
import io.sightlog.timeline.Timeline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions of several threads, while a journal is appended to, rolls and is pruned: each is answered soundly. */
@Tag("slow")
class BusyJournalTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int QUESTIONS = 70;

    @TempDir
    Path temp;

    private final AtomicLong now = new AtomicLong(1_764_543_600L * SECOND);
    private Map<String, Endpoint> endpoints;

    private void append(Journal journal, AtomicBoolean isOver) {
        WriterOptions options = WriterOptions.DEFAULT
                .roll(Roll.SECONDLY)
                .retention(new Retention.Policy(null, Long.MAX_VALUE, 6, Set.of(), true), (plan, failure) -> {});
        EventDraft draft = new EventDraft();
        try (JournalWriter writer = journal.writer(options)) {
            long set = writer.publish(LabelSet.of("m", List.of("person", "car")));
            for (int i = 0; !isOver.get(); i++) {
                now.addAndGet(SECOND / 1000);
                draft.clear().source("/srv/a").stream("gate")
                        .capturedNanos(now.get())
                        .frame(i, 0);
                writer.append(draft.labelSet(set).detection(i % 2, 0.5f, 1, 1, 2, 2, 0));
                if (i % 10 == 0) {
                    Thread.yield();
                }
            }
        }
    }

    private int ask(int thread) throws Exception {
        Random random = new Random(Seeds.of(getClass()) + thread);
        List<String> seen = new ArrayList<>(List.of("0x0"));
        int answered = 0;
        for (int i = 0; i < QUESTIONS; i++) {
            String position = seen.get(random.nextInt(seen.size()));
            String question = switch (random.nextInt(9)) {
                case 0 -> "events?before=end&limit=20";
                case 1 -> "events?limit=50&label=car&seen=true";
                case 2 -> "events?limit=5&at=" + position;
                case 3 -> "events?limit=5&before=" + position;
                case 4 -> "events?limit=10&every=" + SECOND / 10 + "&after=" + position;
                case 5 -> "event/" + position;
                case 6 -> "timeline?px=50";
                case 7 -> "producers";
                default -> "info";
            };
            Asked asked;
            try {
                asked = Asked.of(endpoints, question);
            } catch (Refusal e) {
                assertThat(e.status()).as(question + ": " + e.getMessage()).isIn(404, 410);
                continue;
            }
            answered++;
            if (question.startsWith("events")) {
                JsonNode end = asked.end();
                assertThat(end.path("damaged").asInt()).as(question).isZero();
                assertThat(end.path("problem").isNull())
                        .as(question + ": " + end)
                        .isTrue();
                long before = Long.MIN_VALUE;
                for (JsonNode event : asked.events()) {
                    assertThat(event.path("appendedNanos").asLong())
                            .as(question)
                            .isGreaterThan(before);
                    before = event.path("appendedNanos").asLong();
                    seen.add(event.path("index").asText());
                }
            } else if (question.equals("info")) {
                assertThat(asked.json().path("problems")).as(asked.text()).isEmpty();
            }
        }
        return answered;
    }

    @Test
    void questionsAreAnsweredWhileTheJournalRollsAndIsPruned() throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Journal journal = Journal.open(temp.resolve("j"), now::get);
                Timeline timeline = new Timeline(journal);
                Api api = new Api(
                        journal,
                        timeline,
                        (event, side, boxes) -> {
                            throw new AssertionError();
                        },
                        new ServerFacts("1", "1", () -> null))) {
            endpoints = api.endpoints();
            Future<?> writer = threads.submit(() -> append(journal, isOver));
            Future<?> index = threads.submit(() -> {
                while (!isOver.get()) {
                    timeline.refresh(isOver::get);
                }
            });
            List<Future<Integer>> askers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int thread = i;
                askers.add(threads.submit(() -> ask(thread)));
            }
            try {
                for (Future<Integer> asker : askers) {
                    assertThat(asker.get(2, TimeUnit.MINUTES)).isGreaterThan(QUESTIONS / 3);
                }
            } finally {
                isOver.set(true);
            }
            writer.get(1, TimeUnit.MINUTES);
            index.get(1, TimeUnit.MINUTES);
        } finally {
            threads.shutdownNow();
        }
    }
}

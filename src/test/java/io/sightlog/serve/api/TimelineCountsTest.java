package io.sightlog.serve.api;

import static io.sightlog.timeline.TimelineJournal.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightlog.Seeds;
import io.sightlog.event.EventDraft;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Roll;
import io.sightlog.timeline.Timeline;
import io.sightlog.timeline.TimelineJournal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code timeline} counts is what {@code events} gives, with the same filters. */
@Tag("slow")
class TimelineCountsTest {
    @TempDir
    Path temp;

    private final Random random = new Random(Seeds.of(getClass()));
    private Map<String, Endpoint> endpoints;

    private String filters() {
        StringBuilder filters = new StringBuilder();
        for (String label : List.of("person", "DOG", "7", "nobody")) {
            filters.append(random.nextInt(4) == 0 ? "&label=" + label : "");
        }
        filters.append(random.nextInt(3) == 0 ? "&source=cam1*&source=/nowhere/**" : "");
        filters.append(random.nextInt(3) == 0 ? "&stream=gate1&stream=gate7" : "");
        return filters.toString();
    }

    /** What is in a lane of one event. */
    private static List<String> lanes(JsonNode event, String by, boolean isOfDetections) {
        List<String> lanes = new ArrayList<>();
        String kind = event.path("kind").asText();
        switch (by) {
            case "label" ->
                event.path("detections")
                        .forEach(one -> lanes.add(one.path("label").asText().toLowerCase(Locale.ROOT)));
            case "topic" -> {
                if (kind.equals("message")) {
                    lanes.add(event.path("topic").asText());
                }
            }
            default -> {
                int count = isOfDetections ? event.path("detections").size() : kind.equals("skip") ? 0 : 1;
                for (int i = 0; i < count; i++) {
                    lanes.add(event.path(by).asText());
                }
            }
        }
        return lanes;
    }

    private Map<String, long[]> counted(JsonNode answer, String by, String filters, String confidence)
            throws Exception {
        long start = answer.path("startNanos").asLong();
        long width = answer.path("widthNanos").asLong();
        int columns = answer.path("columns").asInt();
        Map<String, long[]> counted = new TreeMap<>();
        boolean isOfDetections = filters.contains("label=") || !confidence.equals("0.0");
        String question = "events?limit=10000&from=" + start + "&to=" + (start + columns * width) + filters + "&conf="
                + confidence;
        Asked asked = Asked.of(endpoints, question);
        assertThat(asked.end().path("next").isNull()).isTrue();
        for (JsonNode event : asked.events()) {
            int column = (int) ((event.path("appendedNanos").asLong() - start) / width);
            for (String lane : lanes(event, by, isOfDetections)) {
                counted.computeIfAbsent(lane, name -> new long[columns])[column]++;
            }
        }
        return counted;
    }

    /** Of days, too, which are rolled up. */
    @ParameterizedTest
    @CsvSource({"MINUTELY,600", "HOURLY,259200"})
    void countsAreThoseOfAPlainScanOverTheEvents(Roll roll, long seconds) throws Exception {
        try (TimelineJournal journal = new TimelineJournal(temp.resolve("j"), roll, random);
                Timeline timeline = new Timeline(journal.journal);
                Api api = new Api(
                        journal.journal,
                        timeline,
                        (event, side, boxes) -> {
                            throw new AssertionError();
                        },
                        new ServerFacts("1", "1", () -> null))) {
            endpoints = api.endpoints();
            journal.fill(2000, seconds * SECOND);
            timeline.refresh(() -> false);
            assertThat(Files.exists(timeline.folder().resolve("20251202.day"))).isEqualTo(roll == Roll.HOURLY);
            for (int i = 0; i < 30; i++) {
                long from = TimelineJournal.START + (long) (random.nextDouble() * seconds * SECOND);
                long to = from + 1 + (long) (random.nextDouble() * seconds / 2 * SECOND);
                String by = List.of("label", "source", "stream", "topic").get(random.nextInt(4));
                String filters = filters();
                String confidence = random.nextBoolean() ? "0" : "" + random.nextInt(20) / 20f;
                String question = "timeline?from=" + from + "&to=" + to + "&by=" + by + "&px="
                        + (1 + random.nextInt(1200)) + filters + "&conf=" + confidence;
                JsonNode answer = Asked.of(endpoints, question).json();
                check(
                        question,
                        answer,
                        counted(answer, by, filters, answer.path("confidence").asText()));
                String named = List.of("A", "1", "o").get(i % 3);
                Map<String, Long> wanted =
                        totals(Asked.of(endpoints, question + "&lanes=100").json());
                wanted.keySet()
                        .removeIf(name -> !name.toLowerCase(Locale.ROOT).contains(named.toLowerCase(Locale.ROOT)));
                assertThat(totals(Asked.of(endpoints, question + "&lanes=100&named=" + named)
                                .json()))
                        .isEqualTo(wanted);
            }
        }
    }

    private static Map<String, Long> totals(JsonNode answer) {
        Map<String, Long> totals = new TreeMap<>();
        answer.path("lanes")
                .forEach(lane -> totals.put(
                        lane.path("name").asText(), lane.path("total").asLong()));
        totals.values().removeIf(total -> total == 0); // of labels that were asked for
        return totals;
    }

    @Test
    void countsLieBetweenWhatWasThereBeforeAndAfterwards() throws Exception {
        AtomicLong appended = new AtomicLong();
        AtomicBoolean stop = new AtomicBoolean();
        try (Journal journal = Journal.open(temp.resolve("j"));
                Timeline timeline = new Timeline(journal);
                Api api = new Api(
                        journal, timeline, (event, side, boxes) -> null, new ServerFacts("1", "1", () -> null))) {
            endpoints = api.endpoints();
            Thread producer = new Thread(() -> {
                try (JournalWriter writer = journal.writer(Roll.SECONDLY)) {
                    while (!stop.get()) {
                        long number = appended.get();
                        writer.append(
                                new EventDraft().stream("s").frame(number, 0).capturedNanos(number));
                        appended.incrementAndGet();
                        if (number % 20 == 0) {
                            LockSupport.parkNanos(1_000_000);
                        }
                    }
                }
            });
            producer.start();
            try {
                while (timeline.refresh(() -> false).cycles() == 0) {
                    LockSupport.parkNanos(1_000_000); // a new journal is looked for once a second
                }
                long end = System.nanoTime() + 3 * SECOND;
                long last = 0;
                while (System.nanoTime() < end) {
                    long least = appended.get();
                    timeline.refresh(() -> false);
                    int px = 1 + random.nextInt(3);
                    JsonNode answer = Asked.of(
                                    endpoints, "timeline?by=stream&from=1&px=" + px + "&to=" + Long.MAX_VALUE)
                            .json();
                    long most = appended.get() + 1;
                    last = answer.path("lanes").path(0).path("total").asLong();
                    assertThat(last).as("%s", answer).isBetween(least, most);
                }
                assertThat(last).isGreaterThan(1_000);
            } finally {
                stop.set(true);
                producer.join();
            }
        }
    }

    private static void check(String question, JsonNode answer, Map<String, long[]> counted) {
        Set<String> left = new HashSet<>(counted.keySet());
        for (JsonNode lane : answer.path("lanes")) {
            String name = lane.path("name").asText();
            name = question.contains("by=label") ? name.toLowerCase(Locale.ROOT) : name;
            long[] wanted =
                    counted.getOrDefault(name, new long[answer.path("columns").asInt()]);
            left.remove(name);
            long total = 0;
            for (int i = 0; i < wanted.length; i++) {
                assertThat(lane.path("counts").path(i).asLong())
                        .as("%s: %s, column %d", question, name, i)
                        .isEqualTo(wanted[i]);
                assertThat(lane.path("states").asText().charAt(i) == 'S')
                        .as("%s: %s, column %d", question, name, i)
                        .isEqualTo(wanted[i] > 0);
                total += wanted[i];
            }
            assertThat(lane.path("total").asLong()).as(question).isEqualTo(total);
            assertThat(lane.path("highest")).hasSize(wanted.length);
        }
        assertThat(left).as(question).isEmpty();
        assertThat(answer.path("unknown")).as(question).isEmpty();
    }
}

package io.sightlog.serve.api;

import static io.sightlog.timeline.TimelineJournal.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightlog.Seeds;
import io.sightlog.journal.Roll;
import io.sightlog.timeline.Timeline;
import io.sightlog.timeline.TimelineJournal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void countsAreThoseOfAPlainScanOverTheEvents() throws Exception {
        try (TimelineJournal journal = new TimelineJournal(temp.resolve("j"), Roll.MINUTELY, random);
                Timeline timeline = new Timeline(journal.journal);
                Api api = new Api(
                        journal.journal,
                        timeline,
                        (event, side, boxes) -> {
                            throw new AssertionError();
                        },
                        new ServerFacts("1", "1"))) {
            endpoints = api.endpoints();
            journal.fill(2000, 600 * SECOND);
            timeline.refresh(() -> false);
            for (int i = 0; i < 30; i++) {
                long from = TimelineJournal.START + (long) (random.nextDouble() * 600 * SECOND);
                long to = from + 1 + (long) (random.nextDouble() * 300 * SECOND);
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

package io.sightlog.serve.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.timeline.Timeline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every endpoint answers in the plain case, and says what is wrong with a question. */
class ApiTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path temp;

    private long now = 1_764_543_600L * SECOND;
    private Journal journal;
    private Timeline timeline;
    private Api api;
    private Map<String, Endpoint> endpoints;

    @BeforeEach
    void open() {
        journal = Journal.open(temp.resolve("j"), () -> now);
        timeline = new Timeline(journal);
        api = new Api(
                journal,
                timeline,
                (event, side, boxes) -> {
                    throw new AssertionError("no picture was asked for");
                },
                new ServerFacts("00c0ffee", "1.2.3", () -> null));
        endpoints = api.endpoints();
    }

    @AfterEach
    void close() {
        api.close();
        timeline.close();
        journal.close();
    }

    /** A frame a second, with a person in each third. */
    private void fill(int frames) {
        try (JournalWriter writer = journal.writer()) {
            long set = writer.publish(LabelSet.of("model", List.of("person", "car")));
            EventDraft draft = new EventDraft();
            for (int i = 0; i < frames; i++) {
                now += SECOND;
                draft.clear()
                        .source("/srv/cam" + i % 2 + ".mp4")
                        .capturedNanos(now)
                        .frame(i, 0)
                        .size(640, 480);
                draft.labelSet(set).detection(i % 3 == 0 ? 0 : 1, 0.5f, 1, 2, 30, 40, 0);
                writer.append(draft);
            }
        }
    }

    private List<Integer> frames(String question) throws Exception {
        List<Integer> frames = new ArrayList<>();
        for (JsonNode event : Asked.of(endpoints, question).events()) {
            frames.add(event.get("frame").asInt());
        }
        return frames;
    }

    @Test
    void eventsComeForwardsAndBackwards() throws Exception {
        fill(10);
        List<JsonNode> all = Asked.of(endpoints, "events").events();
        String fourth = all.get(3).get("index").asText();
        assertThat(frames("events?limit=3")).containsExactly(0, 1, 2);
        assertThat(frames("events?limit=2&at=" + fourth)).containsExactly(3, 4);
        assertThat(frames("events?limit=2&after=" + fourth)).containsExactly(4, 5);
        assertThat(frames("events?limit=2&before=" + fourth)).containsExactly(1, 2);
        assertThat(frames("events?label=PERSON&seen=true")).containsExactly(0, 3, 6, 9);
        assertThat(frames("events?every=" + 4 * SECOND)).containsExactly(0, 4, 8);
        assertThat(frames("events?source=cam1*&limit=2")).containsExactly(1, 3);
    }

    @Test
    void anEventComesAlone() throws Exception {
        fill(10);
        JsonNode third = Asked.of(endpoints, "events").events().get(3);
        Asked asked = Asked.of(endpoints, "event/" + third.get("index").asText());
        assertThat(asked.json()).isEqualTo(third);
        assertThat(asked.contentType).isEqualTo(Reply.JSON);
    }

    @Test
    void infoSaysWhatThereIs() throws Exception {
        fill(10);
        timeline.refresh(() -> false);
        JsonNode info = Asked.of(endpoints, "info").json();
        assertThat(info.get("exists").asBoolean()).isTrue();
        assertThat(info.get("lastAppendedNanos").asText()).isEqualTo(Long.toString(now));
        assertThat(info.get("cycles").asInt()).isEqualTo(1);
        assertThat(info.get("roll").asText()).isEqualTo("hourly");
        assertThat(info.get("generation").asText()).isEqualTo(journal.generation());
        assertThat(info.get("problems")).isEmpty();
    }

    @Test
    void theTimelineCounts() throws Exception {
        fill(10);
        timeline.refresh(() -> false);
        JsonNode answer = Asked.of(endpoints, "timeline?px=100").json();
        assertThat(answer.get("lanes").get(0).get("name").asText()).isEqualTo("car");
        assertThat(answer.get("lanes").get(0).get("total").asInt()).isEqualTo(6);
        assertThat(answer.get("lanes").get(1).get("total").asInt()).isEqualTo(4);
        assertThat(answer.get("lanes").get(1).get("states").asText()).contains("S", "N");
    }

    @Test
    void aProducerHasTheIdThatItsEventsHave() throws Exception {
        fill(1);
        String position = Asked.of(endpoints, "info").json().get("first").asText();
        assertThat(Asked.of(endpoints, "producers").json().at("/producers/0/producer"))
                .isEqualTo(Asked.of(endpoints, "event/" + position).json().get("producer"));
    }
}

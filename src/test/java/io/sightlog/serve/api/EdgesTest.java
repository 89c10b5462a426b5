package io.sightlog.serve.api;

import static io.sightlog.timeline.TimelineJournal.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import io.sightlog.journal.Retention;
import io.sightlog.journal.Roll;
import io.sightlog.pictures.UndrawableException;
import io.sightlog.timeline.Timeline;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Journals that are not there, pruned, damaged, replaced or deleted, places where nothing is, and questions that make no sense. */
@Tag("slow")
class EdgesTest {
    private static final long START = 1_764_543_600L * SECOND;
    private static final String FAR = "0x7fffffff00000000";

    @TempDir
    Path temp;

    private Path directory;
    private Journal journal;
    private Timeline timeline;
    private Api api;
    private Map<String, Endpoint> endpoints;
    private long now = START;

    @BeforeEach
    void open() {
        directory = temp.resolve("j");
        journal = Journal.open(directory, () -> now);
        timeline = new Timeline(journal);
        api = new Api(
                journal,
                timeline,
                (event, side, boxes) -> {
                    if (event.frame() == 0) {
                        throw new UndrawableException("its source is gone");
                    }
                    return new PictureSource.Picture(new byte[] {1, 2, (byte) side}, boxes, 640, 480);
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

    /** A frame a second, a batch of three at each tenth; a cycle is a minute. */
    private void fill(Path into, int first, int frames) {
        try (Journal open = Journal.open(into, () -> now);
                JournalWriter writer = open.writer(Roll.MINUTELY)) {
            long set = writer.publish(LabelSet.of("model", List.of("person", "car")));
            EventDraft draft = new EventDraft();
            for (int i = first; i < first + frames; i++) {
                now += SECOND;
                draft.clear()
                        .source("/srv/number-" + i + ".jpg")
                        .capturedNanos(now)
                        .frame(i, 0)
                        .size(640, 480);
                writer.append(draft.labelSet(set).detection(i % 2, 0.5f, 1, 2, 30, 40, 0));
            }
        }
    }

    private void fill(int frames) {
        fill(directory, 0, frames);
    }

    private List<Position> positions() {
        List<Position> positions = new ArrayList<>();
        try (JournalReader reader = journal.reader()) {
            while (reader.next()) {
                positions.add(
                        new Position(reader.event().index(), reader.event().place()));
            }
        }
        return positions;
    }

    private List<Integer> frames(String question) throws Exception {
        return frames(Asked.of(endpoints, question));
    }

    private static List<Integer> frames(Asked asked) throws Exception {
        List<Integer> frames = new ArrayList<>();
        for (JsonNode event : asked.events()) {
            frames.add(event.get("frame").asInt());
        }
        return frames;
    }

    private String reason(String question) throws Exception {
        JsonNode end = Asked.of(endpoints, question).end();
        return end.get("reason").asText() + " " + end.get("next").asText();
    }

    private void prune(int cycles) {
        Retention retention = journal.retention();
        retention.execute(retention.plan(new Retention.Policy(null, Long.MAX_VALUE, cycles, Set.of(), true)));
    }

    /** Spoils the event whose source holds a text. */
    private void damage(String text) throws IOException {
        for (Path file : journal.files()) {
            int at = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).indexOf(text);
            if (at >= 0) {
                try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
                    open.seek(at);
                    open.write('N');
                }
                return;
            }
        }
        throw new AssertionError("no " + text);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void beforeThereIsAJournalAllAnswersAreEmptyAndThenTheyAreNot() throws Exception {
        JsonNode info = Asked.of(endpoints, "info").json();
        assertThat(info.get("exists").asBoolean()).isFalse();
        assertThat(info.get("first").isNull()).isTrue();
        assertThat(info.get("cycles").asInt()).isZero();
        assertThat(info.get("freeBytes").asLong()).isPositive();
        assertThat(info.get("problems")).isEmpty();
        JsonNode columns = Asked.of(endpoints, "timeline?px=60").json();
        assertThat(columns.get("columns").asInt()).isBetween(30, 60);
        assertThat(columns.get("lanes")).isEmpty();
        for (String question : List.of("events", "events?at=0x1", "events?before=end", "messages?around=0x1")) {
            assertThat(reason(question)).as(question).isEqualTo("end null");
        }
        assertThat(Asked.refused(endpoints, "event/0x1")).startsWith("404 no journal in ");
        assertThat(Asked.refused(endpoints, "picture/0x1")).startsWith("404 no journal in ");
        assertThat(Asked.of(endpoints, "consumers").json().get("consumers")).isEmpty();
        JsonNode producers = Asked.of(endpoints, "producers").json();
        assertThat(producers.get("producers")).isEmpty();
        assertThat(producers.get("sinceNanos").isNull()).isTrue();
        assertThat(producers.get("complete").asBoolean()).isTrue();
        assertThat(directory).doesNotExist();

        fill(3);
        assertThat(frames("events")).containsExactly(0, 1, 2);
        assertThat(Asked.of(endpoints, "info").json().get("exists").asBoolean()).isTrue();
    }

    @Test
    void whatWasPrunedIsSaidToBe() throws Exception {
        fill(300);
        List<Position> positions = positions();
        prune(3);
        List<Integer> left = frames("events?limit=10000");
        assertThat(left).hasSizeBetween(100, 180);

        assertThat(Asked.refused(endpoints, "event/" + positions.get(3)))
                .isEqualTo("410 event " + positions.get(3) + " was pruned; the oldest one is "
                        + positions.get(left.get(0)));
        assertThat(Asked.refused(endpoints, "picture/" + positions.get(3))).startsWith("410 ");
        assertThat(frames("events?limit=1&at=" + positions.get(3))).containsExactly(left.get(0));
        assertThat(frames("events?limit=1&after=" + positions.get(3))).containsExactly(left.get(0));
        assertThat(reason("events?before=" + positions.get(3))).isEqualTo("end null");
        assertThat(reason("events?before=" + positions.get(left.get(0)))).isEqualTo("end null");
        assertThat(frames("events?before=" + positions.get(left.get(2)))).isEqualTo(left.subList(0, 2));
    }

    @Test
    void aJournalThatIsPrunedWhileItIsReadIsReadOnBehindWhatIsGone() throws Exception {
        fill(3000);
        boolean[] isPruned = new boolean[1];
        Asked asked = Asked.of(endpoints, "events?limit=10000", () -> {
            if (!isPruned[0]) {
                isPruned[0] = true;
                prune(3);
            }
            return false;
        });
        List<Integer> frames = frames(asked);
        assertThat(frames)
                .isSorted()
                .doesNotHaveDuplicates()
                .startsWith(0, 1, 2)
                .endsWith(2998, 2999);
        assertThat(frames).hasSizeBetween(256, 2000);
        assertThat(asked.end().get("reason").asText()).isEqualTo("end");
    }

    @Test
    void whatWasFoundAndIsPrunedBeforeItIsPrintedIsLeftOut() throws Exception {
        fill(300);
        List<Position> positions = positions();
        boolean[] isPruned = new boolean[1];
        Asked asked = Asked.of(endpoints, "events?limit=10000&before=" + positions.get(290), () -> {
            if (!isPruned[0]) {
                isPruned[0] = true;
                prune(3);
            }
            return false;
        });
        assertThat(isPruned[0]).isTrue();
        List<Integer> frames = frames(asked);
        assertThat(frames)
                .isEqualTo(IntStream.range(frames.get(0), 290).boxed().toList())
                .hasSizeLessThan(200);
    }

    @Test
    void damagedEventsAreCountedAndTheOthersAreGiven() throws Exception {
        fill(200);
        List<Position> positions = positions();
        damage("number-7.jpg");
        damage("number-100.jpg");
        Asked all = Asked.of(endpoints, "events?limit=1000");
        assertThat(frames(all)).hasSize(198).doesNotContain(7, 100);
        assertThat(all.end().get("damaged").asInt()).isEqualTo(2);
        Asked back = Asked.of(endpoints, "events?before=end&limit=1000");
        assertThat(frames(back)).isEqualTo(frames(all));
        assertThat(back.end().get("damaged").asInt()).isEqualTo(2);
        assertThat(frames("events?limit=2&at=" + positions.get(7))).containsExactly(8, 9);
        assertThat(frames("events?limit=2&before=" + positions.get(8))).containsExactly(5, 6);

        assertThat(Asked.refused(endpoints, "event/" + positions.get(7)))
                .startsWith("422 event " + positions.get(7) + " ")
                .contains("checksum");
        assertThat(Asked.refused(endpoints, "picture/" + positions.get(7))).startsWith("422 ");
        assertThat(Asked.of(endpoints, "event/" + positions.get(8))
                        .json()
                        .get("frame")
                        .asInt())
                .isEqualTo(8);
        assertThat(Asked.of(endpoints, "producers")
                        .json()
                        .at("/producers/0/events")
                        .asInt())
                .isEqualTo(198);
    }

    @Test
    void damageAtBothEndsOfTheJournalHidesNeitherTheFirstNorTheLastEvent() throws Exception {
        fill(20);
        List<Position> positions = positions();
        damage("number-0.jpg");
        damage("number-19.jpg");
        damage("number-18.jpg");
        JsonNode info = Asked.of(endpoints, "info").json();
        assertThat(info.get("first").asText()).isEqualTo(positions.get(1).toString());
        assertThat(info.get("last").asText()).isEqualTo(positions.get(17).toString());
        assertThat(info.get("problems")).isEmpty();
    }

    @Test
    void aJournalThatTakesThePlaceOfAnotherIsReadAtTheNextQuestion() throws Exception {
        fill(20);
        assertThat(frames("events?limit=1")).containsExactly(0);
        Asked.of(endpoints, "producers");
        fill(temp.resolve("other"), 500, 10);
        Files.move(directory, temp.resolve("old"));
        assertThat(Asked.of(endpoints, "info").json().get("exists").asBoolean()).isFalse();
        assertThat(reason("events")).isEqualTo("end null");
        Files.move(temp.resolve("other"), directory);
        assertThat(frames("events?limit=2")).containsExactly(500, 501);
        JsonNode info = Asked.of(endpoints, "info").json();
        assertThat(info.get("problems")).isEmpty();
        assertThat(Asked.of(endpoints, "event/" + info.get("last").asText())
                        .json()
                        .get("frame")
                        .asInt())
                .isEqualTo(509);
    }

    @Test
    void aJournalThatIsDeletedIsNoErrorOfTheServer() throws Exception {
        fill(20);
        Position last = positions().get(19);
        delete(directory);
        assertThat(Asked.refused(endpoints, "event/" + last)).startsWith("404 no journal in ");
        assertThat(reason("events?at=" + last)).isEqualTo("end null");
        assertThat(Asked.of(endpoints, "info").json().get("first").isNull()).isTrue();
    }

    @Test
    void aPlaceWhereNothingIsLeadsToWhatIsNext() throws Exception {
        fill(130); // over three cycles
        List<Position> positions = positions();
        Position last = positions.get(129);
        Position between = new Position(positions.get(3).index(), 7);
        Position noCycle = new Position(positions.get(0).index() - (5L << 32), 0);

        assertThat(reason("events?at=" + FAR)).isEqualTo("end null");
        assertThat(reason("events?after=" + last)).isEqualTo("end null");
        assertThat(reason("events?at=" + new Position(last.index() + 1, 0))).isEqualTo("end null");
        assertThat(reason("events?at=" + new Position(last.index() + 1000, 3))).isEqualTo("end null");
        assertThat(frames("events?limit=2&before=" + FAR)).containsExactly(128, 129);
        assertThat(frames("events?limit=2&at=" + between)).containsExactly(4, 5);
        assertThat(frames("events?limit=2&after=" + between)).containsExactly(4, 5);
        assertThat(frames("events?limit=2&before=" + between)).containsExactly(2, 3);
        assertThat(frames("events?limit=1&at=" + noCycle)).containsExactly(0);
        assertThat(reason("events?before=" + noCycle)).isEqualTo("end null");
        assertThat(frames("messages?around=" + FAR)).isEmpty();
        for (Object nowhere : List.of(FAR, between, noCycle, new Position(last.index() + 1, 0), "0x0")) {
            assertThat(Asked.refused(endpoints, "event/" + nowhere)).isEqualTo("404 no event at " + nowhere);
        }
    }

    @Test
    void timesMayBeFarAway() throws Exception {
        fill(5);
        assertThat(frames("events?from=" + Long.MIN_VALUE)).hasSize(5);
        assertThat(frames("events?from=" + Long.MAX_VALUE)).isEmpty();
        assertThat(frames("events?to=" + Long.MIN_VALUE)).isEmpty();
        assertThat(frames("events?before=end&to=" + Long.MIN_VALUE)).isEmpty();
        assertThat(frames("events?before=end&to=" + Long.MAX_VALUE)).hasSize(5);
        assertThat(frames("events?from=1700-01-01T00:00:00Z&to=2262-01-01T00:00:00Z"))
                .hasSize(5);
        assertThat(frames("events?from=" + (START + 4 * SECOND) + "&to=" + START))
                .isEmpty();
        for (String span : List.of(
                "from=" + Long.MIN_VALUE,
                "from=" + Long.MIN_VALUE + "&to=" + Long.MAX_VALUE,
                "to=" + Long.MAX_VALUE,
                "to=1")) {
            assertThat(Asked.of(endpoints, "timeline?" + span)
                            .json()
                            .get("columns")
                            .asInt())
                    .as(span)
                    .isPositive();
        }
        assertThat(Asked.refused(endpoints, "timeline?from=5&to=5")).startsWith("400 from 5 to 5 is no span of time");
        assertThat(Asked.refused(endpoints, "timeline?from=6&to=5")).startsWith("400 from 6 to 5 is no span of time");
        assertThat(Asked.refused(endpoints, "timeline?from=" + Long.MAX_VALUE)).startsWith("400 ");
        assertThat(Asked.refused(endpoints, "timeline?to=" + Long.MIN_VALUE)).startsWith("400 ");
    }

    @Test
    void labelsThatAreMissingCostLabelsOnly() throws Exception {
        fill(4);
        delete(directory.resolve("catalogue"));
        assertThat(frames("events?seen=true&label=1")).containsExactly(1, 3);
        assertThat(frames("events?seen=true&label=car")).isEmpty();
        assertThat(Asked.of(endpoints, "events")
                        .events()
                        .get(1)
                        .at("/detections/0/label")
                        .asText())
                .isEqualTo("1");
        try (JournalWriter writer = journal.writer()) {
            writer.publish(LabelSet.of("model", List.of("person", "car")));
        }
        assertThat(frames("events?seen=true&label=car")).containsExactly(1, 3);
    }

    @Test
    void aLineThatWouldFillAMemoryIsNotMade() throws Exception {
        try (JournalWriter writer = journal.writer()) {
            EventDraft draft = new EventDraft().source("s").capturedNanos(1).frame(0, 0);
            draft.ownLabels("m", "1\t" + "x".repeat(10_000));
            for (int i = 0; i < 10_000; i++) {
                draft.detection(1, 0.5f, 1, 2, 30, 40, 0);
            }
            writer.append(draft);
        }
        fill(1);
        Position long_ = positions().get(0);
        assertThat(Asked.refused(endpoints, "event/" + long_)).startsWith("422 event " + long_ + " cannot be read");
        Asked asked = Asked.of(endpoints, "events");
        assertThat(asked.events()).hasSize(1);
        assertThat(asked.end().get("damaged").asInt()).isOne();
    }

    @Test
    void aPictureIsGivenOrItIsSaidWhyNot() throws Exception {
        fill(4);
        List<Position> positions = positions();
        Asked asked = Asked.of(endpoints, "picture/" + positions.get(2) + "?max=9&boxes=true");
        assertThat(asked.bytes()).containsExactly(1, 2, 9);
        assertThat(asked.contentType).isEqualTo("image/jpeg");
        assertThat(asked.headers)
                .containsExactlyInAnyOrderEntriesOf(Map.of("Sightlog-Picture", "kept", "Sightlog-Size", "640x480"));
        assertThat(Asked.of(endpoints, "picture/" + positions.get(2)).headers)
                .containsEntry("Sightlog-Picture", "source");
        assertThat(Asked.refused(endpoints, "picture/" + positions.get(0))).isEqualTo("404 its source is gone");
    }

    @Test
    void consumersAreSaidToStandWhereTheyStand() throws Exception {
        fill(10);
        try (JournalReader reader = journal.reader("ship")) {
            reader.next();
            reader.handled();
            JsonNode consumer = Asked.of(endpoints, "consumers").json().at("/consumers/0");
            assertThat(consumer.get("name").asText()).isEqualTo("ship");
            assertThat(consumer.get("state").asText()).isEqualTo("behind");
            assertThat(consumer.get("next").asText())
                    .isEqualTo(positions().get(1).toString());
            assertThat(consumer.get("lagEvents").asInt()).isEqualTo(9);
            assertThat(consumer.get("lagNanos").asText()).isEqualTo("" + 8 * SECOND);
            assertThat(consumer.get("pid").asLong())
                    .isEqualTo(ProcessHandle.current().pid());
            assertThat(consumer.get("holder").asText()).isEqualTo("java");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"info", "timeline", "events", "producers", "consumers", "messages"})
    void whatIsNoQuestionIsRefused(String endpoint) throws Exception {
        assertThat(Asked.refused(endpoints, endpoint + "?colour=red")).startsWith("400 unknown parameter \"colour\"");
        assertThat(Asked.refused(endpoints, endpoint + "/more")).isEqualTo("404 nothing is behind " + endpoint + "/");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "events?limit=0        | bad limit=0: a whole number from 1 to 10000 is needed",
                "events?limit=10001    | bad limit=10001: a whole number from 1 to 10000 is needed",
                "events?at=7           | bad at=7: a position as 0x... or 0x...:place is needed",
                "events?at=0x-1        | bad at=0x-1: a position as 0x... or 0x...:place is needed",
                "events?at=end         | bad at=end: a position as 0x... or 0x...:place is needed",
                "events?at=0x1&after=0x1 | at and after are given; one place to begin is needed",
                "events?before=0x1&every=5 | every goes forwards: it needs from, at or after, not before",
                "events?every=-1       | bad every=-1: a whole number from 0 to 9223372036854775807 is needed",
                "events?conf=2         | bad conf=2: a number from 0 to 1 is needed",
                "events?conf=NaN       | bad conf=NaN: a number from 0 to 1 is needed",
                "events?kind=batch     | bad kind=batch: frame, skip or message is needed",
                "events?source=[       | bad source=[: a pattern as *.mp4 or /data/** is needed",
                "events?from=yesterday | bad from=yesterday: nanoseconds since the epoch, or a time as"
                        + " 2026-11-30T12:00:00Z, are needed",
                "timeline?px=8193      | bad px=8193: a whole number from 1 to 8192 is needed",
                "timeline?by=colour    | bad by=colour: label, source, stream or topic is needed",
                "timeline?lanes=101    | bad lanes=101: a whole number from 1 to 100 is needed",
                "messages              | around= is missing: the position of an event is needed, as 0x...",
                "messages?around=0x1&limit=1001 | bad limit=1001: a whole number from 1 to 1000 is needed",
                "event/                | bad event/POSITION=: a position as 0x... or 0x...:place is needed",
                "event/0x1/2           | bad event/POSITION=0x1/2: a position as 0x... or 0x...:place is needed",
                "picture/x             | bad picture/POSITION=x: a position as 0x... or 0x...:place is needed",
                "picture/0x1?max=0     | bad max=0: a whole number from 1 to 8192 is needed",
                "picture/0x1?boxes=yes | bad boxes=yes: true or false is needed"
            })
    void aBadQuestionIsToldWhatIsNeeded(String question, String message) throws Exception {
        assertThat(Asked.refused(endpoints, question)).isEqualTo("400 " + message);
    }
}

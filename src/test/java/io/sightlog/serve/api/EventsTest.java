package io.sightlog.serve.api;

import static io.sightlog.timeline.TimelineJournal.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightlog.Seeds;
import io.sightlog.event.Event;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import io.sightlog.text.EventPrinter;
import io.sightlog.text.PrintFormat;
import io.sightlog.timeline.TimelineJournal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events that are asked for are those that a plain scan finds, whatever the place, the direction and the filters. */
@Tag("slow")
class EventsTest {
    private static final int EVENTS = 2000;
    private static final List<String> LABELS = List.of("person", "CAR", "dog", "7", "6", "nobody");

    @TempDir
    Path temp;

    private final Random random = new Random(Seeds.of(getClass()));
    private final List<Plain> all = new ArrayList<>();
    private TimelineJournal journal;

    /** An event as the journal has it. */
    private record Plain(Position position, long appendedNanos, JsonNode line) {
        String text(String field) {
            return line.path(field).asText();
        }
    }

    @BeforeEach
    void fill() throws IOException {
        journal = new TimelineJournal(temp.resolve("j"), Roll.MINUTELY, random);
        journal.fill(EVENTS, 1200 * SECOND);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EventPrinter printer = PrintFormat.NDJSON.printer(out);
        try (JournalReader reader = journal.journal.reader()) {
            while (reader.next()) {
                Event event = reader.event();
                out.reset();
                printer.print(event);
                all.add(new Plain(
                        new Position(event.index(), event.place()),
                        event.appendedNanos(),
                        Asked.parse(out.toString(StandardCharsets.UTF_8))));
            }
        }
        assertThat(all).hasSize(EVENTS);
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private Map<String, Endpoint> endpoints(Bounds bounds) {
        Labels labels = new Labels();
        return Map.of(
                "events", new EventsEndpoint(journal.journal, labels, bounds, Room.ofHeap()),
                "event", new EventEndpoint(journal.journal, labels, Room.ofHeap()),
                "messages", new MessagesEndpoint(journal.journal, labels, bounds, Room.ofHeap()));
    }

    /** Filters at random, and what they leave of an event; null nothing. */
    private final class Wish {
        final StringBuilder question = new StringBuilder();
        final Set<String> labels = new TreeSet<>();
        final Set<String> streams = new TreeSet<>();
        double confidence;
        String kind = "";
        boolean isSeen;
        boolean isCamera;
        boolean isTopic;

        Wish() {
            for (int k = random.nextInt(3); k > 0; k--) {
                String label = LABELS.get(random.nextInt(LABELS.size()));
                labels.add(label.toLowerCase(Locale.ROOT));
                question.append("&label=").append(label);
            }
            if (random.nextInt(3) == 0) {
                confidence = random.nextInt(21) / 20.0;
                question.append("&conf=").append(confidence);
            }
            if (random.nextInt(4) == 0) {
                streams.add("gate1");
                streams.add("none");
                question.append("&stream=gate1&stream=none");
            }
            isCamera = random.nextInt(4) == 0;
            question.append(isCamera ? "&source=cam1*&source=/nowhere/**" : "");
            if (random.nextInt(4) == 0) {
                kind = List.of("frame", "skip", "message").get(random.nextInt(3));
                question.append("&kind=").append(kind);
            }
            isSeen = random.nextInt(4) == 0;
            question.append(isSeen ? "&seen=true" : "");
            isTopic = random.nextInt(8) == 0;
            question.append(isTopic ? "&topic=topic/*" : "");
        }

        JsonNode left(Plain one) {
            boolean isFrame = one.text("kind").equals("frame");
            if ((!kind.isEmpty() && !kind.equals(one.text("kind")))
                    || (isTopic && !one.text("kind").equals("message"))
                    || (isCamera && !one.text("source").contains("/cam1"))
                    || (!streams.isEmpty() && !streams.contains(one.text("stream")))) {
                return null;
            }
            JsonNode line = one.line.deepCopy();
            var detections = line.path("detections").iterator();
            while (detections.hasNext()) {
                JsonNode detection = detections.next();
                String label = detection.path("label").asText();
                String name = label.isEmpty() ? detection.path("classId").asText() : label.toLowerCase(Locale.ROOT);
                if ((!labels.isEmpty() && !labels.contains(name))
                        || detection.path("confidence").floatValue() < (float) confidence) {
                    detections.remove();
                }
            }
            return isSeen && (!isFrame || line.path("detections").isEmpty()) ? null : line;
        }
    }

    private String somewhere() {
        return all.get(random.nextInt(EVENTS)).position.toString();
    }

    /** All that is wanted in a row, and its positions. */
    private List<JsonNode> wanted(Wish wish, long from, long to, Position at, Position after, Position before) {
        List<JsonNode> wanted = new ArrayList<>();
        for (Plain one : all) {
            boolean isInside = one.appendedNanos >= from
                    && one.appendedNanos < to
                    && (at == null || one.position.compareTo(at) >= 0)
                    && (after == null || one.position.compareTo(after) > 0)
                    && (before == null || one.position.compareTo(before) < 0);
            JsonNode left = isInside ? wish.left(one) : null;
            if (left != null) {
                wanted.add(left);
            }
        }
        return wanted;
    }

    @Test
    void whatIsFoundIsWhatAPlainScanFinds() throws Exception {
        Map<String, Endpoint> endpoints = endpoints(Bounds.DEFAULT);
        long first = all.get(0).appendedNanos;
        long last = all.get(EVENTS - 1).appendedNanos;
        for (int i = 0; i < 100; i++) {
            Wish wish = new Wish();
            int limit = 1 + random.nextInt(random.nextBoolean() ? 5 : 500);
            long from = Long.MIN_VALUE;
            long to = Long.MAX_VALUE;
            Position at = null;
            Position after = null;
            Position before = null;
            String question = "events?limit=" + limit + wish.question;
            switch (random.nextInt(5)) {
                case 0 -> {
                    from = first + (long) (random.nextDouble() * (last - first) * 1.1);
                    question += "&from=" + from;
                }
                case 1 -> {
                    at = Position.parse(somewhere());
                    question += "&at=" + at;
                }
                case 2 -> {
                    after = Position.parse(somewhere());
                    question += "&after=" + after;
                }
                case 3 -> {
                    before = Position.parse(somewhere());
                    question += "&before=" + before;
                }
                default -> {}
            }
            if (random.nextInt(3) == 0) {
                to = first + (long) (random.nextDouble() * (last - first) * 1.1);
                question += "&to=" + to;
            }
            List<JsonNode> wanted = wanted(wish, from, to, at, after, before);
            List<JsonNode> some = before == null
                    ? wanted.subList(0, Math.min(limit, wanted.size()))
                    : wanted.subList(Math.max(0, wanted.size() - limit), wanted.size());
            Asked asked = Asked.of(endpoints, question);
            assertThat(asked.events()).as(question).isEqualTo(some);
            assertThat(asked.end().path("damaged").asInt()).as(question).isZero();
            if (some.size() < limit) {
                assertThat(asked.end().path("reason").asText()).as(question).isEqualTo("end");
                assertThat(asked.end().path("next").isNull()).as(question).isTrue();
            }
        }
    }

    @Test
    void nextLeadsThroughAllOfItOnceInBothDirections() throws Exception {
        for (int i = 0; i < 8; i++) {
            Map<String, Endpoint> endpoints = endpoints(bounds(random.nextBoolean() ? 100 : 1000));
            Wish wish = new Wish();
            int limit = 20 + random.nextInt(300);
            List<JsonNode> wanted = wanted(wish, Long.MIN_VALUE, Long.MAX_VALUE, null, null, null);
            List<JsonNode> forwards = new ArrayList<>();
            String next = "";
            do {
                Asked asked = Asked.of(endpoints, "events?limit=" + limit + next + wish.question);
                forwards.addAll(asked.events());
                next = asked.end().path("next").isNull()
                        ? ""
                        : "&at=" + asked.end().path("next").asText();
            } while (!next.isEmpty());
            assertThat(forwards).as(wish.question.toString()).isEqualTo(wanted);

            List<JsonNode> backwards = new ArrayList<>();
            next = "&before=end";
            do {
                Asked asked = Asked.of(endpoints, "events?limit=" + limit + next + wish.question);
                List<JsonNode> events = asked.events();
                Collections.reverse(events);
                backwards.addAll(events);
                next = asked.end().path("next").isNull()
                        ? ""
                        : "&before=" + asked.end().path("next").asText();
            } while (!next.isEmpty());
            Collections.reverse(backwards);
            assertThat(backwards).as(wish.question.toString()).isEqualTo(wanted);
        }
    }

    private static Bounds bounds(long events) {
        return new Bounds(events, Long.MAX_VALUE, Long.MAX_VALUE, System::nanoTime);
    }

    @Test
    void everyTakesOneInSoLongATime() throws Exception {
        Map<String, Endpoint> endpoints = endpoints(Bounds.DEFAULT);
        for (long every : new long[] {1, SECOND, 7 * SECOND, 400 * SECOND, Long.MAX_VALUE}) {
            Wish wish = new Wish();
            List<JsonNode> wanted = new ArrayList<>();
            long notBefore = Long.MIN_VALUE;
            for (Plain one : all) {
                JsonNode left = one.appendedNanos < notBefore ? null : wish.left(one);
                if (left != null) {
                    wanted.add(left);
                    notBefore = one.appendedNanos + Math.min(every, Long.MAX_VALUE - one.appendedNanos);
                }
            }
            String question = "events?every=" + every + "&limit=" + EVENTS + wish.question;
            assertThat(Asked.of(endpoints, question).events()).as(question).isEqualTo(wanted);

            List<JsonNode> found = new ArrayList<>();
            String next = "";
            do {
                Asked asked = Asked.of(endpoints, "events?limit=50&every=" + every + next + wish.question);
                found.addAll(asked.events());
                next = asked.end().path("next").isNull()
                        ? ""
                        : "&at=" + asked.end().path("next").asText();
            } while (!next.isEmpty());
            assertThat(found).as(question).isEqualTo(wanted);
        }
    }

    @Test
    void everyEventComesAloneByItsPosition() throws Exception {
        Map<String, Endpoint> endpoints = endpoints(Bounds.DEFAULT);
        for (int i = 0; i < 100; i++) {
            Plain one = all.get(random.nextInt(EVENTS));
            assertThat(Asked.of(endpoints, "event/" + one.position).json()).isEqualTo(one.line);
        }
    }

    @Test
    void messagesAroundAPositionAreTheNearestOnBothSides() throws Exception {
        Map<String, Endpoint> endpoints = endpoints(Bounds.DEFAULT);
        for (int i = 0; i < 50; i++) {
            int at = random.nextInt(EVENTS);
            int limit = 1 + random.nextInt(30);
            List<JsonNode> before = new ArrayList<>();
            List<JsonNode> after = new ArrayList<>();
            for (int k = 0; k < EVENTS; k++) {
                if (all.get(k).text("kind").equals("message")) {
                    (k < at ? before : after).add(all.get(k).line);
                }
            }
            List<JsonNode> wanted = new ArrayList<>(before.subList(Math.max(0, before.size() - limit), before.size()));
            wanted.addAll(after.subList(0, Math.min(limit, after.size())));
            Asked asked = Asked.of(endpoints, "messages?limit=" + limit + "&around=" + all.get(at).position);
            assertThat(asked.events()).isEqualTo(wanted);
        }
    }

    @Test
    void aLongSearchSaysHowFarItIsAndEndsAtItsBound() throws Exception {
        AtomicLong ticks = new AtomicLong();
        Bounds bounds = new Bounds(1_000_000, 10 * SECOND, SECOND / 2, () -> ticks.addAndGet(SECOND * 3 / 10));
        Asked asked = Asked.of(endpoints(bounds), "events?label=nobody&seen=true");
        List<JsonNode> lines = asked.lines();
        assertThat(lines).hasSizeGreaterThan(3);
        for (JsonNode line : lines.subList(0, lines.size() - 1)) {
            assertThat(line.path("progress").path("scanned").asLong()).isPositive();
            assertThat(line.path("progress").path("atNanos").asText()).matches("\\d{19}");
        }
        assertThat(asked.end().path("reason").asText()).isEqualTo("end");
        assertThat(asked.end().path("scanned").asLong()).isEqualTo(EVENTS);
        assertThat(asked.flushes).isGreaterThanOrEqualTo(lines.size() - 1);

        ticks.set(0);
        Bounds short_ = new Bounds(1_000_000, SECOND, Long.MAX_VALUE, () -> ticks.addAndGet(SECOND * 3 / 10));
        JsonNode end =
                Asked.of(endpoints(short_), "events?label=nobody&seen=true").end();
        assertThat(end.path("reason").asText()).isEqualTo("bound");
        assertThat(end.path("next").asText())
                .isEqualTo(all.get(end.path("scanned").asInt()).position.toString());
        ticks.set(0);
        end = Asked.of(endpoints(short_), "events?label=nobody&seen=true&before=end")
                .end();
        assertThat(end.path("reason").asText()).isEqualTo("bound");
        assertThat(end.path("next").asText()).startsWith("0x");
    }

    @Test
    void aQuestionThatNobodyWaitsForIsGivenUp() throws Exception {
        for (String question : List.of("events?label=nobody&seen=true", "events?before=end&label=nobody&seen=true")) {
            boolean[] wasAsked = new boolean[1];
            try {
                Asked.of(endpoints(Bounds.DEFAULT), question, () -> wasAsked[0] = true);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("gone");
                assertThat(wasAsked[0]).isTrue();
                continue;
            }
            throw new AssertionError(question + " was answered to the end");
        }
    }
}

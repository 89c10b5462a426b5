package io.sightlog.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.Seeds;
import io.sightlog.bridge.BridgeCounts.Reason;
import io.sightlog.event.AnsweredEvent;
import io.sightlog.event.Checkpoint;
import io.sightlog.event.Digest;
import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.EventLayout;
import io.sightlog.event.JournalId;
import io.sightlog.event.LabelSet;
import io.sightlog.event.LiveSource;
import io.sightlog.event.Memory;
import io.sightlog.event.Origin;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.text.EventPrinter;
import io.sightlog.text.PrintFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a journal becomes of what a broker delivers, whoever has written that. */
class InboxTest {
    private static final InboxOptions MESSAGES = new InboxOptions(false, false, false);
    private static final InboxOptions EVENTS = new InboxOptions(true, false, false);
    private static final InboxOptions STRICT = new InboxOptions(true, true, false);
    private static final InboxOptions PASSING = new InboxOptions(true, true, true);
    private static final JournalId OTHER = new JournalId(7, 8);

    @TempDir
    Path temp;

    private final BridgeCounts counts = new BridgeCounts();
    private final List<String> notes = new ArrayList<>();
    private Journal from;
    private JournalWriter sender;
    private Journal into;
    private JournalWriter writer;
    private long labels;
    private long offset;

    private final BridgeNotices notices = new BridgeNotices() {
        @Override
        public void connected(String broker) {}

        @Override
        public void away(String why, String waiting) {}

        @Override
        public void passedOver(String what, String why) {
            notes.add(what + ": " + why);
        }

        @Override
        public void note(String text) {
            notes.add(text);
        }
    };

    @BeforeEach
    void open() {
        from = Journal.open(temp.resolve("from"));
        sender = from.writer();
        into = Journal.open(temp.resolve("into"));
        writer = into.writer();
        labels = sender.publish(new LabelSet(LabelSet.Model.named("m"), new TreeMap<>(Map.of(3, "cat"))));
    }

    @AfterEach
    void close() {
        sender.close();
        writer.close();
    }

    private Inbox inbox(InboxOptions options) {
        return Inbox.open(into, writer, options, notices, counts);
    }

    private Arrival arrival(byte[] body, String... headers) {
        Map<String, String> all = new TreeMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], headers[i + 1]);
        }
        Origin origin = new Origin(Origin.KAFKA, "cluster", "topic", "id", "", 3, offset++, List.of(), 0, 0, 0);
        return new Arrival(origin, "topic", all, body);
    }

    /** One event of each kind, with all that it may have. */
    private void appendAll() {
        EventDraft draft = new EventDraft();
        draft.capturedNanos(5).source("/cam/ü").stream("yard")
                .frame(77, 88)
                .size(640, 480)
                .labelSet(labels);
        draft.took(1, 2).digest(9).detection(3, 0.25f, 1.5f, 2, 30, 40, 6).detection(3, 1, 0, 0, 640, 480, 0);
        draft.live(new LiveSource(1, 2, 3, 4)).answers(new AnsweredEvent(OTHER, 5, 6, 7, 0));
        sender.append(draft.section(40_000, new byte[] {1, 2, 3}));
        sender.append(draft.clear().capturedNanos(-6).source("/cam/2").skip("dark"));
        sender.append(draft.clear().capturedNanos(7).message("door", "opened"));
        sender.append(draft.clear().capturedNanos(8).message("door", new byte[] {-1, 0, 1}, 0, 3));
        sender.append(
                draft.clear().capturedNanos(9).ownLabels("mine", "4\tdog\n").detection(4, 1, 0, 0, 1, 1, 0));
    }

    private List<Arrival> ofAll(Form form) throws IOException {
        List<Arrival> all = new ArrayList<>();
        String path = from.makeId().toString();
        try (JournalReader reader = from.reader()) {
            while (reader.next()) {
                Event event = reader.event();
                all.add(arrival(
                        form == Form.RAW ? raw(event) : line(event),
                        Headers.TYPE,
                        form.contentType(),
                        Headers.ID,
                        new Headers.Id(event.producer(), event.sequence()).toString(),
                        Headers.PATH,
                        path));
            }
        }
        return all;
    }

    private static byte[] raw(Event event) {
        byte[] body = new byte[event.totalBytes()];
        Memory.copy(event.address(), body, 0, body.length);
        return body;
    }

    private static byte[] line(Event event) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EventPrinter printer = PrintFormat.NDJSON.printer(out);
        printer.print(event);
        return out.toByteArray();
    }

    private Arrival labelSet() throws IOException {
        byte[] content = Files.readAllBytes(from.directory().resolve("catalogue/" + Digest.hex(labels) + ".yaml"));
        return arrival(content, Headers.TYPE, Form.LABELS_TYPE, Headers.LABELS, Digest.hex(labels));
    }

    private List<String> lines(Journal journal) throws IOException {
        List<String> lines = new ArrayList<>();
        try (JournalReader reader = journal.reader()) {
            while (reader.next()) {
                lines.add(new String(line(reader.event()), UTF_8)
                        .replaceAll("\"(index|place|appendedNanos)\":[^,}]*,", "")
                        .replaceAll(",\"origin\":\\{[^}]*}", ""));
            }
        }
        return lines;
    }

    private List<Origin> origins() {
        List<Origin> origins = new ArrayList<>();
        try (JournalReader reader = into.reader()) {
            while (reader.next()) {
                origins.add(Origin.of(reader.event()));
            }
        }
        return origins;
    }

    @Test
    void textsBecomeTextsAndOtherBytesStayBytes() throws IOException {
        byte[][] bodies = {
            "grüß".getBytes(UTF_8), {(byte) 0xff, 1}, {}, "{\"kind\":\"frame\"}".getBytes(UTF_8), {(byte) 0xc3}
        };
        try (Inbox inbox = inbox(MESSAGES)) {
            for (byte[] body : bodies) {
                inbox.add(arrival(body, Headers.CAPTURED, "12", "content-type", Form.RAW.contentType()));
            }
            assertThat(lines(into)).as("nothing is there before it is appended").isEmpty();
            inbox.append();
        }
        try (JournalReader reader = into.reader()) {
            for (int i = 0; i < bodies.length; i++) {
                assertThat(reader.next()).isTrue();
                Event event = reader.event();
                assertThat(event.topic()).isEqualTo("topic");
                assertThat(event.content()).isEqualTo(bodies[i]);
                assertThat(event.isBinary()).isEqualTo(i == 1 || i == 4);
                assertThat(event.capturedNanos()).isEqualTo(12);
                assertThat(event.place()).as("one excerpt for all").isEqualTo(i);
                assertThat(Origin.of(event).offset()).isEqualTo(i);
            }
            assertThat(reader.next()).isFalse();
        }
        assertThat(counts.appended().value()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({"NDJSON", "RAW"})
    void eventsBecomeWhatTheyWereAndSayWhereTheyCameFrom(Form form) throws IOException {
        appendAll();
        try (Inbox inbox = inbox(STRICT)) {
            inbox.add(labelSet());
            for (Arrival arrival : ofAll(form)) {
                inbox.add(arrival);
            }
            inbox.append();
        }
        assertThat(lines(into)).isEqualTo(lines(from)).hasSize(5);
        List<Long> appended = new ArrayList<>();
        try (JournalReader reader = from.reader()) {
            while (reader.next()) {
                appended.add(reader.event().appendedNanos());
            }
        }
        List<Origin> origins = origins();
        for (int i = 0; i < 5; i++) {
            assertThat(origins.get(i))
                    .isEqualTo(new Origin(
                            Origin.KAFKA,
                            "cluster",
                            "topic",
                            "id",
                            "",
                            3,
                            i + 1,
                            List.of(from.makeId()),
                            sender.producer(),
                            i,
                            appended.get(i)));
        }
        assertThat(into.labelSets()).containsExactly(labels);
        assertThat(writer.nextSequence()).as("none is its own").isZero();
        if (form == Form.RAW) {
            try (JournalReader reader = into.reader()) {
                reader.next();
                Event event = reader.event();
                assertThat(event.sectionContent(event.section(40_000))).containsExactly(1, 2, 3);
            }
        }
    }

    @Test
    void whatIsThereIsPassedOverAlsoAfterARestartAndWhenAnotherAppendedIt() throws IOException {
        appendAll();
        List<Arrival> all = ofAll(Form.RAW);
        try (Inbox inbox = inbox(EVENTS)) {
            inbox.add(labelSet());
            inbox.add(all.get(0));
            inbox.add(all.get(0));
            inbox.append();
            inbox.add(all.get(0));
            inbox.append();
            assertThat(counts.repeated().value()).isEqualTo(2);
            try (Inbox other = inbox(EVENTS)) {
                other.add(all.get(0));
                other.add(all.get(1));
                other.append();
            }
            assertThat(counts.repeated().value()).isEqualTo(3);
            inbox.add(all.get(1));
            inbox.add(all.get(2));
            inbox.append();
        }
        assertThat(counts.repeated().value()).isEqualTo(4);
        assertThat(lines(into)).isEqualTo(lines(from).subList(0, 3));
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void whatHasBeenHereIsRefusedAsALoop(boolean asEvents) throws IOException {
        appendAll();
        String here = Headers.path(List.of(OTHER, into.makeId(), new JournalId(1, 1)));
        String far = Headers.path(java.util.Collections.nCopies(9, OTHER));
        try (Inbox inbox = inbox(new InboxOptions(asEvents, false, false))) {
            for (String path : List.of(here, far)) {
                inbox.add(arrival(
                        ofAll(Form.RAW).get(0).body(), Headers.TYPE, Form.RAW.contentType(), Headers.PATH, path));
            }
            inbox.append();
        }
        assertThat(lines(into)).isEmpty();
        assertThat(counts.skipped(Reason.LOOP).value()).isEqualTo(1);
        assertThat(counts.skipped(Reason.PATH).value()).isEqualTo(1);
    }

    @Test
    void strangersAreMessagesAndNeverPublishLabels() throws IOException {
        try (Inbox inbox = inbox(EVENTS)) {
            inbox.add(arrival("hello".getBytes(UTF_8)));
            inbox.add(arrival("{\"detections\":[{\"label\":\"cow\",\"confidence\":1,\"x\":0,\"y\":0,\"w\":1,\"h\":1}]}"
                    .getBytes(UTF_8)));
            inbox.add(arrival("{not json".getBytes(UTF_8), Headers.TYPE, "application/json"));
            inbox.append();
        }
        assertThat(lines(into)).hasSize(3).allMatch(line -> line.contains("\"kind\":\"message\""));
        assertThat(into.labelSets()).isEmpty();
    }

    @Test
    void aLineIsAnEventWithoutAnyHeader() throws IOException {
        appendAll();
        try (Inbox inbox = inbox(STRICT)) {
            inbox.add(arrival(ofAll(Form.NDJSON).get(2).body()));
            inbox.append();
        }
        assertThat(lines(into)).isEqualTo(lines(from).subList(2, 3));
    }

    @Test
    void aStrangerStopsAStrictInboxAndAllBeforeItIsThere() throws IOException {
        appendAll();
        try (Inbox inbox = inbox(STRICT)) {
            inbox.add(ofAll(Form.RAW).get(0));
            assertThatThrownBy(() -> inbox.add(arrival("hello".getBytes(UTF_8))))
                    .isInstanceOf(UndeliverableException.class)
                    .hasMessageContaining("topic partition 3 offset " + (offset - 1))
                    .hasMessageContaining("--strict")
                    .hasMessageContaining("--skip-undeliverable");
        }
        assertThat(lines(into)).hasSize(1);
    }

    @Test
    void whatIsPassedOverIsToldAndCounted() throws IOException {
        appendAll();
        byte[] damaged = ofAll(Form.RAW).get(0).body();
        damaged[50] ^= 1;
        try (Inbox inbox = inbox(PASSING)) {
            inbox.add(arrival("hello".getBytes(UTF_8)));
            inbox.add(arrival(damaged, Headers.TYPE, Form.RAW.contentType()));
            inbox.add(arrival("{}".getBytes(UTF_8), Headers.ID, "00000000000000aa-1"));
            inbox.add(ofAll(Form.RAW).get(1));
            inbox.append();
            assertThat(inbox.passedOver()).isEqualTo(3);
        }
        assertThat(lines(into)).hasSize(1);
        assertThat(counts.skipped(Reason.NO_EVENT).value()).isEqualTo(1);
        assertThat(counts.skipped(Reason.DAMAGED).value()).isEqualTo(2);
        assertThat(notes).hasSize(3);
        assertThat(notes.get(1)).contains("checksum");
    }

    @Test
    void aMessageThatIsTooLargeStopsWithItsPlace() {
        try (Inbox inbox = inbox(MESSAGES)) {
            assertThatThrownBy(() -> inbox.add(arrival(new byte[EventLayout.MAX_CONTENT_BYTES + 1])))
                    .isInstanceOf(UndeliverableException.class)
                    .hasMessageContaining("offset 0")
                    .hasMessageContaining("1048577 bytes");
        }
    }

    @Test
    void aLineThatNamesALabelSetHasItsLabelsWhetherTheSetIsHereOrNot() throws IOException {
        appendAll();
        Arrival line = ofAll(Form.NDJSON).get(0);
        try (Inbox inbox = inbox(STRICT)) {
            inbox.add(line);
            inbox.append();
            assertThat(lines(into)).isEqualTo(lines(from).subList(0, 1));
            assertThat(into.labelSets()).isEmpty();
        }
        Journal with = Journal.open(temp.resolve("with"));
        try (JournalWriter other = with.writer();
                Inbox inbox = Inbox.open(with, other, STRICT, notices, counts)) {
            inbox.add(labelSet());
            inbox.add(line);
            inbox.append();
        }
        assertThat(lines(with)).isEqualTo(lines(from).subList(0, 1));
        try (JournalReader reader = with.reader()) {
            reader.next();
            assertThat(reader.event().saysItself()).as("it refers to the set").isFalse();
        }
    }

    @Test
    void aLabelSetThatIsMissingIsToldOnce() throws IOException {
        appendAll();
        appendAll();
        try (Inbox inbox = inbox(STRICT)) {
            for (Arrival arrival : ofAll(Form.RAW)) {
                inbox.add(arrival);
            }
            inbox.append();
        }
        assertThat(notes).singleElement().asString().contains(Digest.hex(labels));
    }

    @Test
    void aLabelSetWhoseBytesAreOthersIsRefused() throws IOException {
        Arrival good = labelSet();
        byte[] body = good.body().clone();
        body[body.length - 2] ^= 1;
        try (Inbox inbox = inbox(EVENTS)) {
            assertThatThrownBy(() -> inbox.add(new Arrival(good.from(), "topic", good.headers(), body)))
                    .isInstanceOf(UndeliverableException.class)
                    .hasMessageContaining(Digest.hex(labels) + " is damaged");
        }
        assertThat(into.labelSets()).isEmpty();
    }

    @Test
    void noDamageOfRawBytesGetsIntoTheJournalOrBreaksTheInbox() throws IOException {
        Random random = new Random(Seeds.of(InboxTest.class));
        appendAll();
        List<Arrival> all = ofAll(Form.RAW);
        long taken = 0;
        try (Inbox inbox = inbox(PASSING)) {
            for (int i = 0; i < 3000; i++) {
                byte[] body = all.get(random.nextInt(all.size())).body().clone();
                int kind = random.nextInt(4);
                for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                    body[4 + random.nextInt(body.length - 4)] ^= (byte) (1 << random.nextInt(8));
                }
                if (kind == 0) {
                    body = java.util.Arrays.copyOf(body, random.nextInt(body.length + 40));
                }
                if (kind > 1 && body.length > 4) { // with a checksum that is right
                    CRC32C crc = new CRC32C();
                    crc.update(body, 4, body.length - 4);
                    for (int b = 0; b < 4; b++) {
                        body[b] = (byte) (crc.getValue() >>> 8 * b);
                    }
                }
                inbox.add(arrival(body, Headers.TYPE, Form.RAW.contentType()));
            }
            inbox.append();
            taken = counts.appended().value();
        }
        assertThat(counts.skipped(Reason.DAMAGED).value()
                        + taken
                        + counts.repeated().value())
                .isEqualTo(3000);
        assertThat(taken).as("those that only say something else").isPositive();
        assertThat(lines(into)).hasSize((int) taken);
        try (JournalReader reader = into.reader()) {
            while (reader.next()) {
                reader.event().checkSections();
                assertThat(reader.event().hasGoodTexts()).isTrue();
            }
        }
    }

    @Test
    void theCheckpointOfAnotherJournalStaysThere() throws IOException {
        sender.append(new EventDraft().capturedNanos(1).message("a", "b").checkpoint(new Checkpoint(OTHER, "{}")));
        try (Inbox inbox = inbox(EVENTS)) {
            inbox.add(ofAll(Form.RAW).get(0));
            inbox.append();
        }
        try (JournalReader reader = into.reader()) {
            reader.next();
            assertThat(Checkpoint.of(reader.event())).isNull();
        }
    }
}

package io.sightlog.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.bridge.BridgeCounts.Reason;
import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.EventKind;
import io.sightlog.event.JournalId;
import io.sightlog.event.LabelSource;
import io.sightlog.event.Memory;
import io.sightlog.event.Origin;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import io.sightlog.text.EventPrinter;
import io.sightlog.text.PrintFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackerTest {
    private static final JournalId HERE = new JournalId(1, 2);
    private static final JournalId OTHER = new JournalId(3, 4);
    private static final JournalId THIRD = new JournalId(5, 6);

    @TempDir
    Path temp;

    private final EventDraft draft = new EventDraft().capturedNanos(1);

    private interface Look {
        void at(Event event, Position position) throws IOException;
    }

    private void each(Look look) throws IOException {
        try (JournalReader reader = Journal.open(temp.resolve("q")).reader()) {
            while (reader.next()) {
                Event event = reader.event();
                look.at(event, new Position(event.index(), event.place()));
            }
        }
    }

    private void append(EventDraft... drafts) {
        try (JournalWriter writer = Journal.open(temp.resolve("q")).writer()) {
            for (EventDraft one : drafts) {
                writer.append(one);
            }
        }
    }

    private static Origin origin(JournalId... path) {
        return new Origin(Origin.MQTT, "host", "topic", "", "", -1, -1, List.of(path), 7, 8, 9);
    }

    private void appendSome() {
        append(
                draft.source("/photos/dog.jpg").frame(3, 0).detection(2, 0.5f, 0.1f, 0.2f, 0.3f, 0.4f, 0),
                new EventDraft().capturedNanos(2).message("door", "o\u00f6\u4e2d\ud83d\ude00\n" + "x".repeat(100_000)),
                new EventDraft().capturedNanos(3).stream("yard").frame(4, 0),
                new EventDraft().capturedNanos(4).source("/photos/none.jpg").skip("it cannot be read"));
    }

    @Test
    void aLineOfJsonIsWhatTailPrintsWithoutItsEnd() throws IOException {
        appendSome();
        Packer packer = new Packer(HERE, Form.NDJSON, null, false, false);
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        EventPrinter printer = PrintFormat.NDJSON.printer(printed);
        List<Envelope> envelopes = new ArrayList<>();
        each((event, position) -> {
            printed.reset();
            printer.print(event);
            Envelope envelope = packer.pack(event, position);
            assertThat(new String(envelope.body(), StandardCharsets.UTF_8) + "\n")
                    .isEqualTo(printed.toString(StandardCharsets.UTF_8));
            assertThat(envelope.position()).isEqualTo(position);
            assertThat(envelope.producer()).isEqualTo(event.producer());
            assertThat(envelope.sequence()).isEqualTo(event.sequence()).isEqualTo(envelopes.size());
            assertThat(envelope.capturedNanos()).isEqualTo(event.capturedNanos());
            assertThat(envelope.contentType()).isEqualTo("application/json");
            assertThat(envelope.path()).containsExactly(HERE);
            assertThat(envelope.labels()).isEmpty();
            envelopes.add(envelope);
        });
        assertThat(envelopes.stream().map(Envelope::source))
                .containsExactly("/photos/dog.jpg", "", "", "/photos/none.jpg");
        assertThat(envelopes.stream().map(Envelope::stream)).containsExactly("", "", "yard", "");
        assertThat(envelopes.stream().map(Envelope::kind))
                .containsExactly(EventKind.FRAME, EventKind.MESSAGE, EventKind.FRAME, EventKind.SKIP);
    }

    @Test
    void aPictureGoesInPlaceOfItsEventAndNothingWithoutOne() throws IOException {
        appendSome();
        Packer packer = new Packer(
                HERE, Form.SNAPSHOT, event -> event.stream().isEmpty() ? null : new byte[] {1, 2}, false, false);
        List<Envelope> envelopes = new ArrayList<>();
        each((event, position) -> {
            Envelope envelope = packer.pack(event, position);
            if (envelope != null) {
                envelopes.add(envelope);
            }
        });
        assertThat(envelopes).singleElement().satisfies(envelope -> {
            assertThat(envelope.stream()).isEqualTo("yard");
            assertThat(envelope.body()).containsExactly(1, 2);
            assertThat(envelope.contentType()).isEqualTo("image/jpeg");
        });
    }

    @Test
    void rawIsTheBytesOfTheEvent() throws IOException {
        appendSome();
        Packer packer = new Packer(HERE, Form.RAW, null, false, false);
        each((event, position) -> {
            byte[] body = packer.pack(event, position).body();
            ByteBuffer copy = ByteBuffer.allocateDirect(body.length).put(body);
            Event again = new Event(LabelSource.NONE);
            again.wrap(Memory.addressOf(copy), body.length);
            assertThat(again.totalBytes()).isEqualTo(event.totalBytes()).isEqualTo(body.length);
            assertThat(again.producer()).isEqualTo(event.producer());
            assertThat(again.sequence()).isEqualTo(event.sequence());
            assertThat(again.appendedNanos()).isEqualTo(event.appendedNanos());
            assertThat(again.source()).isEqualTo(event.source());
            assertThat(again.detectionCount()).isEqualTo(event.detectionCount());
        });
    }

    @Test
    void aClassIsItsNumberWhereItHasNoLabelAndTheSurestComesFirst() throws IOException {
        append(draft.detection(2, 0.5f, 0, 0, 1, 1, 0)
                .detection(7, 0.9f, 0, 0, 1, 1, 0)
                .detection(2, 0.7f, 0, 0, 1, 1, 0));
        Packer packer = new Packer(HERE, Form.NDJSON, null, true, false);
        each((event, position) ->
                assertThat(packer.pack(event, position).labels()).containsExactly("7", "2"));
    }

    @Test
    void whatCameInStaysUnlessItIsToGoOnAndNeverGoesInACircle() throws IOException {
        JournalId[] many = new JournalId[Origin.MAX_PATH];
        for (int i = 0; i < many.length; i++) {
            many[i] = new JournalId(9, 1 + i);
        }
        append(
                draft,
                new EventDraft().capturedNanos(0).origin(origin()),
                new EventDraft().capturedNanos(0).origin(origin(OTHER, THIRD)),
                new EventDraft().capturedNanos(0).origin(origin(OTHER, HERE, THIRD)),
                new EventDraft().capturedNanos(0).origin(origin(many)));
        List<Reason> stays = new ArrayList<>();
        List<Reason> goesOn = new ArrayList<>();
        List<List<JournalId>> paths = new ArrayList<>();
        Packer staying = new Packer(HERE, Form.NDJSON, null, false, false);
        Packer forwarding = new Packer(HERE, Form.RAW, null, false, true);
        each((event, position) -> {
            stays.add(staying.stays(event));
            goesOn.add(forwarding.stays(event));
            if (forwarding.stays(event) == null) {
                paths.add(forwarding.pack(event, position).path());
            }
        });
        assertThat(stays).containsExactly(null, Reason.FORWARDED, Reason.FORWARDED, Reason.LOOP, Reason.FORWARDED);
        assertThat(goesOn).containsExactly(null, null, null, Reason.LOOP, Reason.PATH);
        assertThat(paths).containsExactly(List.of(HERE), List.of(HERE), List.of(OTHER, THIRD, HERE));
    }
}

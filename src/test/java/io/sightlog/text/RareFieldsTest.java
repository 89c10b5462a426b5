package io.sightlog.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.AnsweredEvent;
import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.JournalId;
import io.sightlog.event.KeptFrame;
import io.sightlog.event.LabelSource;
import io.sightlog.event.LiveSource;
import io.sightlog.event.Memory;
import io.sightlog.event.Origin;
import io.sightlog.event.UnreadableEventException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What only some events have, in every format. */
class RareFieldsTest {
    private static final String ID = "00112233445566778899aabbccddeeff";
    private static final String KEPT =
            "{\"journal\":\"" + ID + "\",\"producer\":\"0000000000000002\",\"file\":\"3\",\"offset\":\"4\","
                    + "\"bytes\":5,\"crc32c\":\"deadbeef\",\"format\":\"jpeg\",\"width\":6,\"height\":7}";
    private static final String LIVE =
            "{\"dropped\":\"1\",\"ageNanos\":\"2\",\"reconnects\":\"3\",\"outageNanos\":\"4\"}";
    private static final String ORIGIN =
            "{\"kind\":\"kafka\",\"broker\":\"b\",\"topic\":\"a \\\"b\\\", c\",\"topicId\":\"true\",\"messageId\":\"\","
                    + "\"partition\":-1,\"offset\":\"8\",\"path\":[\"" + ID + "\",\"" + ID + "\"],"
                    + "\"producer\":\"8000000000000000\",\"sequence\":\"9\",\"appendedNanos\":\"-10\"}";
    private static final String ANSWERS =
            "{\"journal\":\"\",\"producer\":\"000000000000000b\",\"sequence\":\"12\",\"index\":\"0xd\",\"place\":14}";

    private final Lines journal = new Lines(1);
    private final List<String> unknown = new ArrayList<>();
    private final EventLines lines =
            new EventLines(journal, journal, () -> 1, (name, owner) -> unknown.add(name + " of " + owner.text()));

    private static EventDraft all() {
        JournalId id = JournalId.parse(ID);
        return new EventDraft()
                .capturedNanos(0)
                .keptFrame(new KeptFrame(id, 2, 3, 4, 5, 0xdeadbeef, KeptFrame.JPEG, 6, 7))
                .live(new LiveSource(1, 2, 3, 4))
                .origin(new Origin(
                        Origin.KAFKA, "b", "a \"b\", c", "true", "", -1, 8, List.of(id, id), Long.MIN_VALUE, 9, -10))
                .answers(new AnsweredEvent(null, 11, 12, 13, 14));
    }

    @Test
    void areObjectsBehindAllOtherFields() {
        assertThat(journal.print(all()))
                .endsWith("\"detections\":[],\"keptFrame\":" + KEPT + ",\"live\":" + LIVE + ",\"origin\":" + ORIGIN
                        + ",\"answers\":" + ANSWERS + "}\n");
        assertThat(journal.print(new EventDraft().capturedNanos(0))).endsWith("\"detections\":[]}\n");
    }

    @Test
    void areTheSameInYaml() throws IOException {
        Map<?, ?> yaml = (Map<?, ?>)
                new Load(LoadSettings.builder().build()).loadFromString(Encoded.print(PrintFormat.YAML, all()));
        assertThat(yaml.get("live"))
                .isEqualTo(Map.of("dropped", "1", "ageNanos", "2", "reconnects", "3", "outageNanos", "4"));
        Map<?, ?> origin = (Map<?, ?>) yaml.get("origin");
        assertThat(origin.get("path")).isEqualTo(List.of(ID, ID));
        assertThat(origin.get("topic")).isEqualTo("a \"b\", c");
        assertThat(origin.get("topicId")).isEqualTo("true");
        assertThat(origin.get("partition")).isEqualTo(-1);
        assertThat(((Map<?, ?>) yaml.get("keptFrame")).get("bytes")).isEqualTo(5);
        assertThat(((Map<?, ?>) yaml.get("answers")).get("index")).isEqualTo("0xd");
        assertThat(new ArrayList<>(yaml.keySet()).subList(yaml.size() - 4, yaml.size()))
                .isEqualTo(List.of("keptFrame", "live", "origin", "answers"));
        EventDraft noPath = new EventDraft()
                .capturedNanos(0)
                .origin(new Origin(Origin.MQTT, "", "", "", "", -1, -1, List.of(), 0, 0, 0));
        Map<?, ?> without = (Map<?, ?>)
                new Load(LoadSettings.builder().build()).loadFromString(Encoded.print(PrintFormat.YAML, noPath));
        assertThat(((Map<?, ?>) without.get("origin")).get("path")).isEqualTo(List.of());
    }

    @Test
    void areACellEachInCsv() throws IOException {
        String row = Encoded.print(PrintFormat.CSV, all()).lines().toList().get(1);
        assertThat(row)
                .endsWith("," + quoted(KEPT) + "," + quoted(LIVE) + "," + quoted(ORIGIN) + "," + quoted(ANSWERS));
    }

    private static String quoted(String cell) {
        return '"' + cell.replace("\"", "\"\"") + '"';
    }

    @Test
    void areShortForPeople() throws IOException {
        assertThat(Encoded.print(PrintFormat.TEXT, all()))
                .endsWith("  -  (picture kept)  (1 dropped before)  (from kafka a \"b\", c)"
                        + "  (answers 000000000000000b 12)\n");
    }

    @ParameterizedTest
    @EnumSource
    void thatAreDamagedLeaveNoHalfALineBehind(PrintFormat format) throws IOException {
        EventDraft live = new EventDraft().capturedNanos(0).live(new LiveSource(1, 2, 3, 4));
        int bytes = live.encodedBytes();
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
        live.encode(Memory.addressOf(buffer), bytes, 7, 8, 9);
        buffer.put(bytes - 1, (byte) 0x80);
        Event damaged = new Event(LabelSource.NONE);
        damaged.wrapSound(Memory.addressOf(buffer), bytes);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EventPrinter printer = format.printer(out);
        printer.print(new Encoded().of(all()));
        byte[] before = out.toByteArray();
        assertThatThrownBy(() -> printer.print(damaged))
                .isInstanceOf(UnreadableEventException.class)
                .hasMessageContaining("its section \"live source\": live.outageNanos=-");
        assertThat(out.toByteArray()).isEqualTo(before);
    }

    @Test
    void ofAnotherNameAreReportedWithTheirOwner() throws Exception {
        lines.parse("{\"live\":{\"droped\":1},\"keptFrame\":null,\"origin\":{\"kind\":\"mqtt\",\"qos\":{\"a\":[1]}}}");
        assertThat(unknown).containsExactly("droped of a live source", "qos of an origin");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"live\":7}|live=7 is not an object",
                "{\"live\":{\"dropped\":-1}}|live.dropped=-1 is not in 0..",
                "{\"live\":{\"dropped\":1,\"dropped\":1}}|live.dropped is there twice",
                "{\"live\":{},\"live\":{}}|live is there twice",
                "{\"kind\":\"message\",\"topic\":\"t\",\"live\":{}}|a message has no live source",
                "{\"kind\":\"message\",\"topic\":\"t\",\"keptFrame\":" + KEPT + "}|a message has no kept frame",
                "{\"keptFrame\":{}}|the id of a journal is 32 hex digits, lower-case",
                "{\"keptFrame\":{\"journal\":\"" + ID + "\"}}|keptFrame.producer=0: not 0 is needed",
                "{\"keptFrame\":{\"crc32c\":\"dead\"}}|keptFrame.crc32c=\"dead\" is not 8 hex digits",
                "{\"keptFrame\":{\"format\":\"gif\"}}|keptFrame.format=\"gif\" is none of jpeg and no number of 1 to 65535",
                "{\"keptFrame\":{\"format\":\"65536\"}}|keptFrame.format=\"65536\" is none of",
                "{\"keptFrame\":{\"bytes\":2147483648}}|keptFrame.bytes=2147483648 is not in",
                "{\"origin\":{}}|origin.kind=0: 1 to 65535 is needed",
                "{\"origin\":{\"kind\":\"amqp\"}}|origin.kind=\"amqp\" is none of kafka, mqtt and no number",
                "{\"origin\":{\"kind\":\"mqtt\",\"path\":7}}|origin.path=7 is not an array",
                "{\"origin\":{\"kind\":\"mqtt\",\"path\":[7]}}|origin.path=7 is not a text",
                "{\"origin\":{\"kind\":\"mqtt\",\"path\":[\"00000000000000000000000000000000\"]}}|the id of a journal is not 0",
                "{\"origin\":{\"kind\":\"mqtt\",\"offset\":-2}}|origin.offset=-2 is not in -1..",
                "{\"origin\":{\"kind\":\"mqtt\",\"sequence\":1}}|origin.sequence=1: 0 without a producer is needed",
                "{\"answers\":{\"sequence\":1}}|answers.producer=0: not 0 is needed",
                "{\"answers\":{\"producer\":\"1\"}}|answers.producer=\"1\" is not 16 hex digits",
                "{\"answers\":{\"index\":\"5\"}}|answers.index=\"5\" is not 0x and up to 16 hex digits",
                "{\"answers\":{\"producer\":\"0000000000000001\",\"journal\":\"12\"}}|the id of a journal is 32 hex digits",
            })
    void areRefusedWithAReasonWhenTheyCannotBe(String line, String message) {
        assertThatThrownBy(() -> lines.parse(line))
                .isInstanceOf(BadLineException.class)
                .hasMessageContaining(message);
    }

    @Test
    void ofALongPathAreRefused() {
        String path = ("\"" + ID + "\",").repeat(Origin.MAX_PATH) + "\"" + ID + "\"";
        assertThatThrownBy(() -> lines.parse("{\"origin\":{\"kind\":\"mqtt\",\"path\":[" + path + "]}}"))
                .hasMessage("origin.path has more than 8 journals");
    }
}

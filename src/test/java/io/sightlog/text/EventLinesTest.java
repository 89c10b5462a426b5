package io.sightlog.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.EventKind;
import io.sightlog.event.EventLayout;
import io.sightlog.event.LabelSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventLinesTest {
    private static final long NOW = 1_800_000_000_000_000_001L;

    private final Lines journal = new Lines(3);
    private final EventLines lines = new EventLines(journal, journal, () -> NOW, UnknownFields.IGNORED);

    @Test
    void fillsInWhatIsLeftOut() throws Exception {
        Event event = journal.append(parse("{}"));
        assertThat(event.kind()).isEqualTo(EventKind.FRAME);
        assertThat(event.capturedNanos()).isEqualTo(NOW);
        assertThat(event.source() + event.stream()).isEmpty();
        assertThat(event.frame()
                        + event.positionNanos()
                        + event.width()
                        + event.height()
                        + event.digest()
                        + event.labelSetHash())
                .isZero();
        assertThat(event.detectionCount()).isZero();

        event = journal.append(parse("{\"detections\":[{\"label\":\"dog\"}]}"));
        assertThat(event.detection(0)).isEqualTo(new io.sightlog.event.Detection(0, 1, 0, 0, 0, 0));
        assertThat(event.label(0)).isEqualTo("dog");
    }

    @Test
    void takesNullForLeftOutAndIgnoresWhatItDoesNotKnow() throws Exception {
        Event event =
                journal.append(parse("{\"frame\":null,\"source\":null,\"note\":{\"a\":[1,{\"frame\":3}]},\"note\":1,"
                        + "\"detections\":[{\"label\":null,\"classId\":5,\"x\":null,\"mask\":[[1,2]],\"y\":3.5}]}"));
        assertThat(event.frame()).isZero();
        assertThat(event.classId(0)).isEqualTo(5);
        assertThat(event.y(0)).isEqualTo(3.5f);
    }

    @Test
    void takesLongNumbersAsTextsOrNumbers() throws Exception {
        Event event =
                journal.append(parse("{\"positionNanos\":9223372036854775807,\"decodeNanos\":\"9223372036854775807\","
                        + "\"frame\":\"9007199254740991\",\"capturedNanos\":-5,\"width\":\"7\"}"));
        assertThat(event.positionNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(event.decodeNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(event.frame()).isEqualTo(EventLines.MAX_FRAME);
        assertThat(event.capturedNanos()).isEqualTo(-5);
        assertThat(event.width()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({
        "1970-01-01T00:00:01.000000002Z, 1000000002",
        "1970-01-01T01:00:01+01:00, 1000000000",
        "1969-12-31T23:59:59.999999999Z, -1",
        "1677-09-21T00:12:43.145224192Z, -9223372036854775808",
        "2262-04-11T23:47:16.854775807Z, 9223372036854775807"
    })
    void takesCapturedAtWhenThereIsNothingBetter(String time, long nanos) throws Exception {
        assertThat(captured("{\"capturedAt\":\"" + time + "\"}")).isEqualTo(nanos);
        assertThat(captured("{\"capturedAt\":\"" + time + "\",\"capturedNanos\":\"77\"}"))
                .isEqualTo(77);
        assertThat(captured("{\"capturedNanos\":77,\"capturedAt\":\"" + time + "\"}"))
                .isEqualTo(77);
    }

    private long captured(String line) throws Exception {
        return journal.append(parse(line)).capturedNanos();
    }

    @Test
    void roundsDecimalsOnce() throws Exception {
        // by way of a double this is a tie, and becomes 1
        Event event = journal.append(parse(
                "{\"detections\":[{\"classId\":1,\"x\":1.00000005960464477539062500000001,\"y\":-0,\"w\":1e-3}]}"));
        assertThat(event.x(0)).isEqualTo(Math.nextUp(1f));
        assertThat(Float.floatToRawIntBits(event.y(0))).isEqualTo(Float.floatToRawIntBits(-0f));
        assertThat(event.w(0)).isEqualTo(0.001f);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "|not a JSON object",
                "[]|not a JSON object",
                "7|not a JSON object",
                "{|not good JSON",
                "hello|not good JSON at column 6: Unrecognized token 'hello'",
                "{\"frame\":1,}|not good JSON",
                "{} {}|there is something after the JSON object: {...}",
                "{}x|not good JSON",
                "{\"frame\":1,\"frame\":2}|frame is there twice",
                "{\"detections\":[{\"classId\":1,\"classId\":1}]}|detections[0]: classId is there twice",
                "{\"detections\":[],\"detections\":[]}|detections is there twice",
                "{\"frame\":-1}|frame=-1 is not in 0..9007199254740991",
                "{\"frame\":9007199254740992}|frame=9007199254740992 is not in",
                "{\"frame\":1.5}|frame=1.5 is not a whole number",
                "{\"frame\":1e3}|frame=1e3 is not a whole number",
                "{\"frame\":true}|frame=true is not a whole number",
                "{\"frame\":\"\"}|frame=\"\" is not a whole number",
                "{\"frame\":\"+1\"}|frame=\"+1\" is not a whole number",
                "{\"frame\":\"٣\"}|frame=\"٣\" is not a whole number",
                "{\"positionNanos\":\"9223372036854775808\"}|positionNanos=9223372036854775808 does not fit into 64 bits",
                "{\"positionNanos\":9223372036854775808}|positionNanos=9223372036854775808 does not fit into 64 bits",
                "{\"capturedNanos\":-9223372036854775809}|capturedNanos=-9223372036854775809 does not fit",
                "{\"decodeNanos\":-1}|decodeNanos=-1 is not in 0..",
                "{\"width\":-1}|width=-1 is not in 0..2147483647",
                "{\"height\":2147483648}|height=2147483648 is not in",
                "{\"width\":NaN}|width=NaN is not a whole number",
                "{\"capturedAt\":\"yesterday\"}|capturedAt=\"yesterday\" is not a time like",
                "{\"capturedAt\":\"2300-01-01T00:00:00Z\"}|does not fit into 64 bits of nanoseconds",
                "{\"capturedAt\":5}|capturedAt=5 is not a text",
                "{\"kind\":\"video\"}|kind=\"video\" is neither frame, skip nor message",
                "{\"kind\":\"skip\"}|a skip needs its reason",
                "{\"kind\":\"skip\",\"reason\":\"r\",\"detections\":[{\"classId\":1}]}|a skip has no detections, this has 1",
                "{\"reason\":\"r\"}|reason=\"r\" on a frame",
                "{\"kind\":\"message\"}|a message needs its topic",
                "{\"kind\":\"message\",\"topic\":null,\"text\":\"x\"}|a message needs its topic",
                "{\"kind\":\"message\",\"topic\":\"\"}|topic has 0 bytes, 1 to 255 are needed: \"\"",
                "{\"kind\":\"message\",\"topic\":\"a\\nb\"}|topic=\"a?b\" has a control character at character 1",
                "{\"kind\":\"message\",\"topic\":\"\\ud800\"}|topic has half a surrogate pair at character 0",
                "{\"kind\":\"message\",\"topic\":\"t\",\"topic\":\"t\"}|topic is there twice",
                "{\"kind\":\"message\",\"topic\":7}|topic=7 is not a text",
                "{\"kind\":\"message\",\"topic\":\"t\",\"text\":[]}|text=[...] is not a text",
                "{\"kind\":\"message\",\"topic\":\"t\",\"text\":\"\",\"base64\":\"\"}|a text or base64, this has both",
                "{\"kind\":\"message\",\"topic\":\"t\",\"base64\":7}|base64=7 is not a text",
                "{\"kind\":\"message\",\"topic\":\"t\",\"base64\":\"AA\"}|base64=\"AA\" is not base 64",
                "{\"kind\":\"message\",\"topic\":\"t\",\"base64\":\"A=AA\"}|base64=\"A=AA\" is not base 64",
                "{\"kind\":\"message\",\"topic\":\"t\",\"base64\":\"AA A\"}|base64=\"AA A\" is not base 64",
                "{\"kind\":\"message\",\"topic\":\"t\",\"base64\":\"é+/A\"}|base64=\"é+/A\" is not base 64",
                "{\"kind\":\"message\",\"topic\":\"t\",\"frame\":1}|a message has no frame",
                "{\"kind\":\"message\",\"topic\":\"t\",\"height\":1}|a message has no height",
                "{\"kind\":\"message\",\"topic\":\"t\",\"model\":\"m\"}|a message has no labels and no model",
                "{\"kind\":\"message\",\"topic\":\"t\",\"labelSet\":\"0000000000000001\"}|a message has no label set",
                "{\"kind\":\"message\",\"topic\":\"t\",\"reason\":\"r\"}|reason=\"r\" on a message; only kind=\"skip\" has a reason",
                "{\"kind\":\"message\",\"topic\":\"t\",\"detections\":[{\"classId\":1}]}|a message has no detections, this has 1",
                "{\"topic\":\"t\"}|topic=\"t\" on a frame; only kind=\"message\" has a topic",
                "{\"kind\":\"skip\",\"reason\":\"r\",\"text\":\"x\"}|text=\"x\" on a skip; only kind=\"message\" has a text",
                "{\"base64\":\"AAAA\"}|base64 on a frame; only kind=\"message\" has it",
                "{\"source\":5}|source=5 is not a text",
                "{\"source\":\"\\ud800x\"}|source has half a surrogate pair at character 0",
                "{\"source\":{}}|source={...} is not a text",
                "{\"model\":\"a\\u001bb\"}|model=\"a?b\" has a control character at character 1",
                "{\"digest\":\"12\"}|digest=\"12\" is not 16 hex digits",
                "{\"digest\":\"+123456789abcdef\"}|is not 16 hex digits",
                "{\"labelSet\":\"000000000000000g\"}|labelSet=\"000000000000000g\" is not 16 hex digits",
                "{\"index\":\"12\"}|index=\"12\" is not 0x and up to 16 hex digits",
                "{\"index\":\"0x\"}|index=\"0x\" is not 0x",
                "{\"index\":5}|index=5 is not a text",
                "{\"place\":-1}|place=-1 is not in",
                "{\"producer\":\"7\"}|producer=\"7\" is not 16 hex digits",
                "{\"sequence\":\"x\"}|sequence=\"x\" is not a whole number",
                "{\"appendedNanos\":[]}|appendedNanos=[...] is not a whole number",
                "{\"detections\":{}}|detections={...} is not an array",
                "{\"detections\":[7]}|detections[0]=7 is not an object",
                "{\"detections\":[{\"classId\":1},{}]}|detections[1]: it has neither a label nor a classId",
                "{\"detections\":[{\"label\":\"\"}]}|detections[0]: label is empty",
                "{\"detections\":[{\"label\":\"a\\tb\"}]}|detections[0]: label=\"a?b\" has a control character",
                "{\"detections\":[{\"classId\":1000001}]}|detections[0]: classId=1000001 is not in 0..1000000",
                "{\"detections\":[{\"classId\":-1}]}|classId=-1 is not in",
                "{\"detections\":[{\"classId\":1,\"confidence\":1.1}]}|confidence=1.1 is not in 0..1",
                "{\"detections\":[{\"classId\":1,\"confidence\":-0.1}]}|confidence=-0.1 is not in 0..1",
                "{\"detections\":[{\"classId\":1,\"confidence\":NaN}]}|confidence=NaN is not a finite 32-bit number",
                "{\"detections\":[{\"classId\":1,\"x\":Infinity}]}|x=Infinity is not a finite",
                "{\"detections\":[{\"classId\":1,\"x\":-Infinity}]}|x=-Infinity is not a finite",
                "{\"detections\":[{\"classId\":1,\"x\":1e39}]}|x=1e39 is not a finite",
                "{\"detections\":[{\"classId\":1,\"x\":\"NaN\"}]}|x=\"NaN\" is not a number",
                "{\"detections\":[{\"classId\":1,\"w\":-3}]}|w=-3 is negative",
                "{\"detections\":[{\"classId\":1,\"trackId\":-3}]}|trackId=-3 is not in",
                "{\"detections\":[{\"classId\":1,\"label\":\"cat\"},{\"classId\":1,\"label\":\"dog\"}]}|classId=1 is \"cat\" and \"dog\" in the same line",
                "{\"labelSet\":\"\",\"detections\":[{\"classId\":1,\"label\":\"cat\"},{\"classId\":1,\"label\":\"dog\"}]}|classId=1 is \"cat\" and \"dog\"",
                "{\"labelSet\":\"0000000000000001\",\"detections\":[{\"label\":\"cat\"}]}|label=\"cat\" has no classId, and label set 0000000000000001 is not in this journal",
            })
    void tellsInOneLineWhatIsWrong(String line, String message) {
        assertThatThrownBy(() -> parse(line == null ? "" : line))
                .isInstanceOf(BadLineException.class)
                .hasMessageContaining(message)
                .message()
                .doesNotContainPattern("[\\p{Cntrl}]")
                .hasSizeLessThan(300);
        assertThat(journal.catalogue).isEmpty();
    }

    @Test
    void makesMessagesOfTextsAndOfBytes() throws Exception {
        Event event = journal.append(parse("{\"kind\":\"message\",\"topic\":\"a/ü\",\"text\":\"x\\ny\"}"));
        assertThat(event.kind()).isEqualTo(EventKind.MESSAGE);
        assertThat(event.topic() + ": " + event.text()).isEqualTo("a/ü: x\ny");
        assertThat(event.capturedNanos()).isEqualTo(NOW);

        event = journal.append(
                parse(
                        "{\"base64\":\"++9B\",\"topic\":\"t\",\"kind\":\"message\",\"stream\":\"s\","
                                + "\"capturedNanos\":\"5\",\"frame\":0,\"model\":\"\",\"labelSet\":\"\",\"detections\":[],\"reason\":\"\"}"));
        assertThat(event.isBinary()).isTrue();
        assertThat(event.content()).containsExactly(0xfb, 0xef, 0x41);
        assertThat(event.stream()).isEqualTo("s");
        assertThat(event.capturedNanos()).isEqualTo(5);

        event = journal.append(parse("{\"kind\":\"message\",\"topic\":\"t\",\"base64\":\"\"}"));
        assertThat(event.isBinary()).isTrue();
        assertThat(event.contentBytes()).isZero();
        event = journal.append(parse("{\"kind\":\"message\",\"topic\":\"t\"}"));
        assertThat(event.isBinary()).isFalse();
        assertThat(event.text()).isEmpty();
        event = journal.append(parse("{\"frame\":3,\"topic\":\"\",\"text\":\"\",\"base64\":\"\"}"));
        assertThat(event.kind()).isEqualTo(EventKind.FRAME);
        assertThat(event.sectionCount()).isZero();
        assertThat(journal.catalogue).isEmpty();
    }

    @Test
    void takesMessagesUpToTheirLimitAndNoLonger() throws Exception {
        int most = EventLayout.MAX_CONTENT_BYTES;
        String message = "{\"kind\":\"message\",\"topic\":\"" + "t".repeat(EventLayout.MAX_TOPIC_BYTES) + "\",";
        assertThat(journal.append(parse(message + "\"text\":\"" + "x".repeat(most) + "\"}"))
                        .contentBytes())
                .isEqualTo(most);
        assertBad(
                message + "\"text\":\"" + "x".repeat(most + 1) + "\"}", "text has 1048577 bytes, at most 1048576 fit");
        for (int bytes = most - 2; bytes <= most + 5; bytes++) {
            String base64 = Base64.getEncoder().encodeToString(new byte[bytes]);
            String line = message + "\"base64\":\"" + base64 + "\"}";
            if (bytes <= most) {
                assertThat(journal.append(parse(line)).contentBytes()).isEqualTo(bytes);
            } else {
                assertBad(line, "at most");
            }
        }
        assertBad(
                "{\"kind\":\"message\",\"topic\":\"" + "t".repeat(256) + "\"}",
                "topic has 256 bytes, 1 to 255 are needed");
    }

    @Test
    void saysOfAnObjectThatDoesNotEndNothingOfItsBegin() {
        assertThatThrownBy(() -> parse("{\"frame\":1")).hasMessageEndingWith("expected close marker for Object");
    }

    @Test
    void refusesWhatWouldNotFit() {
        assertBad("{\"source\":\"" + "x".repeat(EventLayout.MAX_TEXT_BYTES + 1) + "\"}", "source has 65537 bytes");
        assertBad("{\"note\":" + "[".repeat(100_000) + "}", "nesting depth");
        assertBad("{\"frame\":" + "1".repeat(2_000) + "}", "not good JSON");
        assertBad(
                "{\"detections\":[{\"classId\":1}" + ",{\"classId\":1}".repeat(EventLayout.MAX_DETECTIONS) + "]}",
                "at most 100000 detections");
        byte[] huge = new byte[EventLines.MAX_LINE_BYTES + 1];
        assertThatThrownBy(() -> lines.parse(huge, 0, huge.length))
                .isInstanceOf(BadLineException.class)
                .hasMessageContaining("bytes");
    }

    @Test
    void takesAsManyDetectionsAsAnEventMayHave() throws Exception {
        String line = "{\"detections\":[{\"classId\":1}" + ",{\"label\":\"cat\"}".repeat(EventLayout.MAX_DETECTIONS - 1)
                + "]}";
        assertThat(journal.append(parse(line)).detectionCount()).isEqualTo(EventLayout.MAX_DETECTIONS);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x80, 0xFF, 0xC3, 0xF8})
    void refusesWhatIsNotUtf8(int wrong) {
        byte[] line = "{\"source\":\"?\"}".getBytes(StandardCharsets.UTF_8);
        line[11] = (byte) wrong;
        assertThatThrownBy(() -> lines.parse(line, 0, line.length)).isInstanceOf(BadLineException.class);
    }

    @Test
    void goesOnAfterABadLine() throws Exception {
        assertBad("{\"stream\":\"bad\",\"detections\":[{\"label\":\"cat\"},{\"label\":\"dog\",\"x\":NaN}]}", "x=NaN");
        Event event = journal.append(parse("{\"detections\":[{\"label\":\"horse\"}]}"));
        assertThat(event.stream()).isEmpty();
        assertThat(event.detectionCount()).isEqualTo(1);
        assertThat(journal.catalogue.values())
                .singleElement()
                .satisfies(set -> assertThat(set.labels()).hasSize(1).containsEntry(0, "horse"));
    }

    @Test
    void survivesEveryCutAndEveryWrongByte() throws Exception {
        String good =
                "{\"kind\":\"frame\",\"frame\":12,\"width\":7,\"detections\":[{\"classId\":1,\"label\":\"é\",\"x\":0.5e1,\"trackId\":\"3\"}]}";
        byte[] bytes = good.getBytes(StandardCharsets.UTF_8);
        List<Integer> accepted = new ArrayList<>();
        for (int cut = 0; cut < bytes.length; cut++) {
            try {
                lines.parse(bytes, 0, cut);
                accepted.add(cut);
            } catch (BadLineException expected) {
                assertThat(expected.getMessage()).doesNotContain("\n");
            }
        }
        assertThat(accepted).isEmpty();
        for (int i = 0; i < bytes.length; i++) {
            for (int wrong = 0; wrong < 256; wrong += 7) {
                byte[] changed = bytes.clone();
                changed[i] = (byte) wrong;
                try {
                    journal.append(lines.parse(changed, 0, changed.length)).labels();
                } catch (BadLineException expected) {
                    assertThat(expected.getMessage()).doesNotContainPattern("\\p{Cntrl}");
                }
            }
        }
    }

    @Test
    void passesOnThatALabelSetCouldNotBePublished() {
        LabelPublisher full = set -> {
            throw new IOException("disk full");
        };
        EventLines unpublished = new EventLines(LabelSource.NONE, full, () -> NOW, UnknownFields.IGNORED);
        assertThatThrownBy(() -> unpublished.parse(Whole.line("{\"detections\":[{\"label\":\"cat\"}]}")))
                .isInstanceOf(IOException.class)
                .hasMessage("disk full");
    }

    private EventDraft parse(String line) throws BadLineException, IOException {
        return lines.parse(Whole.line(line));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{'detections':[{'label':'person','confidance':0.3,'bbox':[1,2,3,4]}]}"
                        + "| detections[0]: it has no confidence, x, y, w, h; null says that it is not known",
                "{'detections':[{'label':'person','confidence':0.3,'x':1,'y':2,'w':3}]}| detections[0]: it has no h;",
                "{'name':'person','class':0,'box':{'x1':1,'y1':2,'x2':3,'y2':4}}"
                        + "| none of its fields is one of an event, \"box\" neither",
                "{'source':'a','label':'person'}| label is a field of a detection: put it into an object in detections",
                "{'name':'person','class':0,'confidence':0.9}| confidence is a field of a detection",
                "{'frame':null,'frame':null}| frame is there twice",
                "{'detections':[{'classId':1,'x':null,'x':1}]}| detections[0]: x is there twice",
            })
    void refusesWhatIsAnotherProgramsLine(String line, String why) {
        assertThatThrownBy(() -> lines.parse(line.replace("'", "\"")))
                .isInstanceOf(BadLineException.class)
                .hasMessageContaining(why);
    }

    @Test
    void tellsOfEachFieldThatNoEventHas() throws Exception {
        List<String> met = new ArrayList<>();
        EventLines telling =
                new EventLines(journal, journal, () -> NOW, (name, owner) -> met.add(owner.text() + ": " + name));
        telling.parse(Whole.line(
                "{\"sorce\":\"a\",\"frame\":1,\"detections\":[{\"classId\":1,\"mask\":[[1]]}],\"note\":null}"));
        assertThat(met).containsExactly("an event: sorce", "a detection: mask", "an event: note");
    }

    private void assertBad(String line, String message) {
        assertThatThrownBy(() -> parse(line))
                .isInstanceOf(BadLineException.class)
                .hasMessageContaining(message);
    }
}

package io.sightlog.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class YamlPrinterTest {
    @Test
    void saysWhatNdjsonSays() throws IOException {
        for (EventDraft draft : List.of(
                Encoded.dog(),
                new EventDraft().capturedNanos(0),
                new EventDraft().capturedNanos(0).skip("not a picture"),
                new EventDraft().capturedNanos(0).message("yes", "a: 0x1f\n\u0085 \"🚪\""),
                new EventDraft().capturedNanos(0).message("0", new byte[] {0, -1}, 0, 2),
                Encoded.dog().labelSet(1))) {
            // JSON is YAML, so one reader reads both, types included
            Object yaml = load(Encoded.print(PrintFormat.YAML, draft)).get(0);
            assertThat(yaml)
                    .isEqualTo(load(Encoded.print(PrintFormat.NDJSON, draft)).get(0));
            assertThat(((Map<?, ?>) yaml).keySet().iterator().next()).isEqualTo("index");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "yes",
                "true",
                "null",
                "~",
                "0x1f",
                "12",
                "1.5",
                "1e5",
                ".nan",
                "!tag",
                "!!int 3",
                "&a",
                "*a",
                "- a",
                "? a",
                "a: b",
                "a:",
                "# no",
                "a # b",
                "'",
                "\"",
                "it's",
                "\"'",
                "\\",
                "\\n",
                "a\nb\n",
                "\n",
                "\t",
                " x ",
                "{a}",
                "[a]",
                "%",
                "@",
                "`",
                "|",
                ">",
                "---",
                "...",
                "é",
                "信号",
                "😀",
                "\u007f",
                "\u0085",
                "\u00a0",
                "\u2028",
                "\u2029",
                "\ufeff",
                "\uffff",
                "\u0000\u001b[0m",
                "C:\\new\\table"
            })
    void keepsAwkwardTextsExactly(String text) throws IOException {
        Map<?, ?> skip = load(Encoded.print(
                        PrintFormat.YAML,
                        new EventDraft()
                                .capturedNanos(0).source(text).stream(text).skip(text)))
                .get(0);
        assertThat(skip.get("source")).isEqualTo(text);
        assertThat(skip.get("stream")).isEqualTo(text);
        assertThat(skip.get("reason")).isEqualTo(text);
        if (text.chars().noneMatch(Character::isISOControl)) {
            EventDraft labelled = new EventDraft()
                    .capturedNanos(0)
                    .ownLabels(text, "1\t" + text + "\n")
                    .detection(1, 1, 0, 0, 1, 1, 0);
            Map<?, ?> frame = load(Encoded.print(PrintFormat.YAML, labelled)).get(0);
            assertThat(frame.get("model")).isEqualTo(text);
            assertThat(((Map<?, ?>) ((List<?>) frame.get("detections")).get(0)).get("label"))
                    .isEqualTo(text);
        }
    }

    @Test
    void printsADocumentAnEvent() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EventPrinter printer = PrintFormat.YAML.printer(out);
        Encoded encoded = new Encoded();
        for (int i = 0; i < 3; i++) {
            printer.print(encoded.of(Encoded.dog().frame(i, 0)));
        }
        assertThat(load(out.toString(StandardCharsets.UTF_8)))
                .extracting(event -> (Object) event.get("frame"))
                .containsExactly(0, 1, 2);
    }

    private static List<Map<?, ?>> load(String yaml) {
        List<Map<?, ?>> documents = new ArrayList<>();
        for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(yaml)) {
            documents.add((Map<?, ?>) document);
        }
        return documents;
    }
}

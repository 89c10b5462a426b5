package io.sightlog.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CsvPrinterTest {
    private static final int REASON = 19;
    private static final int DETECTION = 20;
    private static final int TOPIC = 29;
    private static final int RARE = 32;
    private static final int COLUMNS = 36;

    @Test
    void printsARowADetection() throws IOException {
        List<List<String>> rows = parse(Encoded.print(PrintFormat.CSV, Encoded.dog()));
        assertThat(rows).hasSize(3);
        assertThat(rows.get(0))
                .startsWith("index", "place", "kind", "source")
                .endsWith(
                        "x",
                        "y",
                        "w",
                        "h",
                        "trackId",
                        "topic",
                        "text",
                        "base64",
                        "keptFrame",
                        "live",
                        "origin",
                        "answers")
                .hasSize(COLUMNS);
        assertThat(rows.get(1))
                .containsExactly(
                        "0x4d0f00000012",
                        "0",
                        "frame",
                        "/pictures/dog.jpg",
                        "door",
                        "9007199254740991",
                        "40000000",
                        "1799999999000000005",
                        "1800000000123456789",
                        "1",
                        "9223372036854775807",
                        "2027-01-15T07:59:59.000000005Z",
                        "768",
                        "576",
                        "efcdab8967452301",
                        "ssd",
                        "0700000000000000",
                        "fedcba9876543210",
                        "12",
                        "",
                        "0",
                        "3",
                        "dog",
                        "0.7",
                        "125.25",
                        "212",
                        "199.9",
                        "339",
                        "0",
                        "",
                        "",
                        "",
                        "",
                        "",
                        "",
                        "");
        assertThat(rows.get(2).subList(0, DETECTION)).isEqualTo(rows.get(1).subList(0, DETECTION));
        assertThat(rows.get(2).subList(DETECTION, TOPIC))
                .containsExactly("1", "99", "99", "1", "0", "0.00001", "768", "576", "9223372036854775807");
    }

    @Test
    void printsOneRowForAnEmptyFrameAndForASkip() throws IOException {
        List<List<String>> empty = parse(Encoded.print(PrintFormat.CSV, new EventDraft().capturedNanos(0)));
        assertThat(empty).hasSize(2);
        assertThat(empty.get(1)).hasSize(COLUMNS);
        assertThat(empty.get(1).subList(REASON, COLUMNS)).containsOnly("");

        List<List<String>> skip = parse(
                Encoded.print(PrintFormat.CSV, new EventDraft().capturedNanos(0).skip("too large, by far")));
        assertThat(skip.get(1)).hasSize(COLUMNS);
        assertThat(skip.get(1).get(REASON)).isEqualTo("too large, by far");
        assertThat(skip.get(1).subList(DETECTION, COLUMNS)).containsOnly("");
    }

    @Test
    void printsOneRowForAMessageWithWhatItSays() throws IOException {
        List<List<String>> text = parse(
                Encoded.print(PrintFormat.CSV, new EventDraft().capturedNanos(0).message("a,b", "say \"no\"\n")));
        assertThat(text).hasSize(2);
        assertThat(text.get(1).subList(REASON, TOPIC)).containsOnly("");
        assertThat(text.get(1).subList(TOPIC, RARE)).containsExactly("a,b", "say \"no\"\n", "");

        byte[] bytes = {(byte) 0xfb, (byte) 0xef};
        List<List<String>> binary = parse(
                Encoded.print(PrintFormat.CSV, new EventDraft().capturedNanos(0).message("t", bytes, 0, 2)));
        assertThat(binary.get(1).subList(TOPIC, RARE)).containsExactly("t", "", "++8=");
    }

    @Test
    void keepsAwkwardTextsExactly() throws IOException {
        for (String text : List.of("a,b", "say \"no\"", "\"", "two\r\nlines", "=1+1", " spaces ", "信号😀", ",\n\"\",")) {
            List<List<String>> rows = parse(Encoded.print(
                    PrintFormat.CSV,
                    new EventDraft().capturedNanos(0).source(text).skip(text)));
            assertThat(rows.get(1).get(3)).isEqualTo(text);
            assertThat(rows.get(1).get(REASON)).isEqualTo(text);
        }
    }

    /** Readers of CSV take a CR alone for the end of a row, as they take an LF. */
    @Test
    void quotesWhateverMightEndACellOrARow() throws IOException {
        for (String ending : List.of(",", "\"", "\r", "\n")) {
            String text = "a" + ending + "b";
            String csv = Encoded.print(
                    PrintFormat.CSV, new EventDraft().capturedNanos(0).skip(text));
            assertThat(csv).contains(",\"" + text.replace("\"", "\"\"") + "\",");
        }
    }

    @Test
    void beginsWithTheHeaderEvenIfNothingFollows() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintFormat.CSV.printer(out);
        assertThat(parse(out.toString(java.nio.charset.StandardCharsets.UTF_8))).hasSize(1);
    }

    /** RFC 4180. */
    private static List<List<String>> parse(String csv) {
        List<List<String>> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < csv.length(); i++) {
            char c = csv.charAt(i);
            if (quoted) {
                if (c != '"') {
                    field.append(c);
                } else if (csv.charAt(i + 1) == '"') {
                    field.append(csv.charAt(++i));
                } else {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == ',') {
                row.add(field.toString());
                field.setLength(0);
            } else if (csv.startsWith("\r\n", i)) {
                i++;
                row.add(field.toString());
                field.setLength(0);
                rows.add(row);
                row = new ArrayList<>();
            } else {
                field.append(c);
            }
        }
        assertThat(row).isEmpty();
        return rows;
    }
}

package io.sightlog.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sightlog.Seeds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a line says is what Jackson's generator says, byte for byte. */
class JsonLineTest {
    private final JsonLine line = new JsonLine();

    private interface Writing {
        void write(JsonGenerator json) throws IOException;
    }

    private static String jackson(Writing writing) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = NdjsonPrinter.FACTORY.createGenerator(out)) {
            writing.write(json);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private String ours() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        line.writeTo(out);
        line.clear();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void everyCharacterIsWrittenAsJacksonWritesIt() throws IOException {
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                continue;
            }
            String text = "a" + Character.toString(point) + "z";
            line.text(text);
            assertThat(ours()).as("U+%04X", point).isEqualTo(jackson(json -> json.writeString(text)));
        }
    }

    @Test
    void textsOfAnyLengthAreWrittenAsJacksonWritesThem() throws IOException {
        Random random = new Random(Seeds.of(JsonLineTest.class));
        String alphabet = "abc \"\\\n\u0001\u007f\u00e9\u20ac\ud83d\ude00/";
        for (int round = 0; round < 300; round++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(1 << random.nextInt(15));
            while (text.length() < length) {
                text.appendCodePoint(alphabet.codePointAt(
                        alphabet.offsetByCodePoints(0, random.nextInt(alphabet.codePointCount(0, alphabet.length())))));
            }
            line.text(text.toString());
            assertThat(ours()).isEqualTo(jackson(json -> json.writeString(text.toString())));
        }
    }

    @Test
    void halfACharacterIsAQuestionMark() throws IOException {
        line.text("a\ud83dz\ude00");
        assertThat(ours()).isEqualTo("\"a?z?\"");
    }

    @Test
    void numbersAreWrittenWithAllTheirDigits() throws IOException {
        Random random = new Random(Seeds.of(JsonLineTest.class));
        for (int round = 0; round < 20_000; round++) {
            long value = random.nextLong() >> random.nextInt(64);
            line.number(value);
            assertThat(ours()).isEqualTo(Long.toString(value));
        }
        for (long power = 1; power > 0 && power <= Long.MAX_VALUE / 10; power *= 10) {
            for (long value : new long[] {power - 1, power, -power, 1 - power}) {
                line.number(value);
                assertThat(ours()).isEqualTo(Long.toString(value));
            }
        }
        for (long value : List.of(Long.MIN_VALUE, Long.MIN_VALUE + 1, Long.MAX_VALUE, 0L)) {
            line.quoted(value);
            assertThat(ours()).isEqualTo("\"" + value + "\"");
        }
    }

    @Test
    void objectsHaveCommasWhereTheyBelong() throws IOException {
        line.raw('{');
        line.begin("a");
        line.text("b", "c");
        line.number("d", -5);
        line.texts("e", List.of());
        line.texts("f", List.of("g", "h\n"));
        line.end();
        line.begin("i");
        line.end();
        line.raw('}');
        assertThat(ours()).isEqualTo("{\"a\":{\"b\":\"c\",\"d\":-5,\"e\":[],\"f\":[\"g\",\"h\\n\"]},\"i\":{}}");
    }
}

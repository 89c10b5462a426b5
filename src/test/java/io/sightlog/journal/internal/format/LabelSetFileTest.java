package io.sightlog.journal.internal.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.LabelSet;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSetFileTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Cat",
                " spaces ",
                "Dog: big",
                "\"quoted\"",
                "5\"",
                "a'b\"c",
                "'a'",
                "\"'\\",
                "Straße \"犬 🐕\"",
                "- a",
                "#a",
                "{a}",
                "true",
                "12",
                "~",
                "!a",
                "|",
                ">",
                "&a",
                "*a",
                "%a",
                "@a",
                "`a",
                "label.1: x",
                "---"
            })
    void keepsEveryText(String text) {
        LabelSet set = new LabelSet(LabelSet.Model.named(text), new TreeMap<>(Map.of(0, text, 7, text)));
        byte[] content = LabelSetFile.write(set);
        assertThat(LabelSetFile.read(content)).isEqualTo(set);
        assertThat(new String(content, StandardCharsets.UTF_8)).endsWith("\n");
    }
}

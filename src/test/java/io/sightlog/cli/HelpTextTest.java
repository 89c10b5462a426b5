package io.sightlog.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.cli.terminal.Program;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts that the build has made. */
final class HelpTextTest {
    static Stream<Arguments> all() {
        return HelpText.all().entrySet().stream().map(text -> Arguments.of(text.getKey(), text.getValue()));
    }

    @ParameterizedTest
    @MethodSource("all")
    void isWhatPicocliPrints(String command, String printed) {
        String words = command.substring(Program.NAME.length()).strip();

        assertThat(HelpText.of((words + " --help").strip().split(" "))).isEqualTo(printed);
        assertThat(HelpText.of((words + " -h").strip().split(" "))).isEqualTo(printed);
        assertThat(printed).startsWith("Usage: " + command + " [");
    }

    @ParameterizedTest
    @MethodSource("all")
    void fitsOnATerminal(String command, String printed) {
        assertThat(printed.lines()).as(command).allMatch(line -> line.length() <= 80);
    }

    @Test
    void isThereForEveryVerb() {
        Map<String, String> texts = HelpText.all();
        for (Verb verb : Verb.values()) {
            assertThat(texts).containsKey("sightlog " + verb.text());
            assertThat(texts.get("sightlog")).contains("\n  " + verb.text() + " ");
        }
        assertThat(texts).containsKeys("sightlog bench latency", "sightlog consumers reset");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"tail", "tail -n 1 --help", "tail --help -f", "tial --help", "--version", "../x --help", ""})
    void isNotWhatOtherCommandLinesAskFor(String line) {
        assertThat(HelpText.of(line.isEmpty() ? new String[0] : line.split(" ")))
                .isNull();
    }
}

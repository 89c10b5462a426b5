package io.sightlog.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.sightlog.cli.terminal.Program;
import java.util.Arrays;
import java.util.List;
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

    @ParameterizedTest
    @MethodSource("all")
    void isNotBrokenWithinAWord(String command, String printed) {
        assertThat(printed.lines().skip(1)).as(command).noneMatch(line -> line.matches(" {20,}\\[.*"));
        assertThat(printed).as(command).doesNotContainPattern("\\d:\\n +\\d"); // a time
        assertThat(printed).as(command).contains("\nExit codes:\n").endsWith("\n");
    }

    @Test
    void showsOptionsInGroupsTheEverydayOnesFirst() {
        String tail = HelpText.all().get("sightlog tail");
        List<String> headings =
                tail.lines().filter(line -> line.matches("[A-Z][a-z ]+:")).toList();
        assertThat(headings)
                .containsExactly(
                        "Options:", "Selection:", "Output:", "Consumer:", "General:", "Exit codes:", "Examples:");
        assertThat(tail.substring(tail.indexOf("Options:"), tail.indexOf("Selection:")))
                .contains("--follow", "-n=N", "--queue");
        assertThat(HelpText.all().get("sightlog produce"))
                .contains("\nDetector:\n", "\nCapture:\n", "\nWriting the journal:\n", "\nWhat the journal keeps:\n");
    }

    static Stream<String> examples() {
        return HelpText.all().keySet().stream().flatMap(command -> HelpExamples.of(command).stream());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void hasExamplesThatAreUnderstood(String example) {
        for (String part : example.split(" \\| ")) {
            String[] words = part.replaceFirst(" < .*", "").split(" ");
            if (words[0].equals("sightlog")) {
                String[] args = Arrays.copyOfRange(words, 1, words.length);
                assertThatNoException()
                        .as(example)
                        .isThrownBy(() -> Main.commandLine(args).parseArgs(args));
            }
        }
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

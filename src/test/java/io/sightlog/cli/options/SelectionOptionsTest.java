package io.sightlog.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.consume.Glob;
import io.sightlog.consume.Selection;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class SelectionOptionsTest {
    /** A verb that has nothing else. */
    @Command
    static final class Verb {
        @Mixin
        SelectionOptions options = new SelectionOptions();
    }

    private static Selection selection(String... args) {
        Verb verb = new Verb();
        new CommandLine(verb).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(args);
        return verb.options.selection();
    }

    @Test
    void withoutOptionsItIsEverything() {
        assertThat(selection()).isEqualTo(Selection.ALL);
    }

    @Test
    void eachOptionIsAPartOfTheSelection() {
        assertThat(selection(
                        "--from=0x10:2",
                        "--to=end",
                        "--by=captured",
                        "--classes=dog,7",
                        "--classes=cat",
                        "--conf=0.5",
                        "--seen",
                        "--source=*.jpg",
                        "--stream=line 1",
                        "--topic=door/*"))
                .isEqualTo(new Selection(
                        new Start.At(new Position(16, 2)),
                        Start.END,
                        Selection.By.CAPTURED,
                        List.of("dog", "7", "cat"),
                        0.5f,
                        true,
                        Glob.of("*.jpg"),
                        "line 1",
                        Glob.of("door/*")));
    }

    @Test
    void aRangeEndsAtAPlaceThatIsOne() {
        for (String bad : new String[] {"start", "-2"}) {
            assertThatThrownBy(() -> selection("--to", bad)).hasMessageContaining("bad end \"" + bad + "\"");
        }
        assertThat(selection("--to", "end").to()).isEqualTo(Start.END);
    }

    @Test
    void aPatternThatIsNoneIsRefusedAndNamed() {
        assertThatThrownBy(() -> selection("--topic", "{a")).hasMessageContaining("bad pattern \"{a\"");
    }
}

package io.sightlog.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.consume.Glob;
import io.sightlog.consume.Selection;
import io.sightlog.event.Event;
import io.sightlog.event.EventDraft;
import io.sightlog.event.EventFilter;
import io.sightlog.event.LabelSource;
import io.sightlog.event.Memory;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import java.nio.ByteBuffer;
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

    /** A confidence is a 32-bit float: 0.7 as a 64-bit one is more than what an event has of 0.7. */
    @Test
    void aLimitInDecimalIsWhatAnEventHasOfTheSameDecimal() {
        EventDraft draft = new EventDraft();
        for (String limit : new String[] {"0", "0.25", "0.7", "0.1", "0.3", "1", "0.009", "1e-3"}) {
            draft.clear().capturedNanos(0).detection(1, Float.parseFloat(limit), 0, 0, 1, 1, 0);
            ByteBuffer bytes = ByteBuffer.allocateDirect(draft.encodedBytes());
            draft.encode(Memory.addressOf(bytes), bytes.capacity(), 1, 2, 3);
            Event event = new Event(LabelSource.NONE);
            event.wrap(Memory.addressOf(bytes), bytes.capacity());
            Selection selection = selection("--conf", limit);
            assertThat(new EventFilter(selection.classes(), selection.confidence(), LabelSource.NONE)
                            .filter(event)
                            .detectionCount())
                    .as(limit)
                    .isEqualTo(1);
        }
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

package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is made once is used as long as nothing it is made from changes, and no longer. */
class MadeOnceTest {
    @TempDir
    Path temp;

    @Test
    void isMadeAgainWhenAFileItIsMadeFromChanges() throws Exception {
        Path source = Files.writeString(temp.resolve("source"), "one");
        Path first = copyOf(source);

        assertThat(copyOf(source)).isEqualTo(first);
        Files.writeString(source, "two");
        assertThat(copyOf(source)).isNotEqualTo(first).hasContent("two");
        assertThat(first).hasContent("one");
    }

    @Test
    void isNotShownWhenItsMakerFailsHalfway() throws Exception {
        String from = MadeOnce.digest(List.of(temp.toString()), List.of());

        assertThatThrownBy(() -> MadeOnce.file("half", from, half -> {
                    Files.writeString(half, "ha");
                    throw new IOException("no room");
                }))
                .hasMessage("no room");
        assertThat(MadeOnce.file("half", from, half -> Files.writeString(half, "whole")))
                .hasContent("whole");
    }

    private static Path copyOf(Path source) throws Exception {
        return MadeOnce.file("copy", MadeOnce.digest(List.of(), List.of(source)), copy -> Files.copy(source, copy));
    }
}

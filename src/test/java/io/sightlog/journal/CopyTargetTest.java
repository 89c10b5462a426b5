package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.audit.Recovery;
import io.sightlog.journal.internal.os.RealPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy of a journal does not get into that journal, nor into another, whatever links lead there. */
class CopyTargetTest {
    @TempDir
    Path temp;

    private Path queue = Path.of("");

    @BeforeEach
    void fill() throws IOException {
        temp = temp.toRealPath();
        queue = temp.resolve("q");
        try (JournalWriter writer = Journal.open(queue).writer()) {
            writer.append(new EventDraft().capturedNanos(0).source("a"));
        }
    }

    @Test
    void aPathThatIsNotThereYetIsWhereItWillBe() throws IOException {
        Path link = Files.createSymbolicLink(temp.resolve("link"), queue);
        assertThat(RealPath.of(link)).isEqualTo(queue);
        assertThat(RealPath.of(link.resolve("new/newer"))).isEqualTo(queue.resolve("new/newer"));
        assertThat(RealPath.of(link.resolve("../q/new"))).isEqualTo(queue.resolve("new"));
        assertThat(RealPath.of(temp.resolve("other"))).isEqualTo(temp.resolve("other"));
        assertThat(CopyTarget.journalOver(link.resolve("a/b/c"))).isEqualTo(queue);
        assertThat(CopyTarget.journalOver(temp.resolve("other"))).isNull();
    }

    @Test
    void aRecoveryThroughALinkIntoTheDamagedJournalIsRefusedAndMakesNothing() throws IOException {
        Path link = Files.createSymbolicLink(temp.resolve("link"), queue);
        Path above = Files.createSymbolicLink(temp.resolve("above"), temp);
        for (Path into : new Path[] {link.resolve("inner"), link.resolve("a/b"), above.resolve("q/inner"), link}) {
            assertRefused(queue, into);
            assertRefused(link, into);
        }
        assertThat(queue.resolve("inner")).doesNotExist();
        assertThat(queue.resolve("a")).doesNotExist();
        Files.delete(queue.resolve("metadata.cq4t"));
        assertRefused(queue, link.resolve("inner"));
    }

    private static void assertRefused(Path from, Path into) {
        Journal damaged = Journal.openDamaged(from);
        assertThatThrownBy(() -> new Recovery(damaged, Roll.DAILY, into).close())
                .isInstanceOf(JournalException.class)
                .hasMessageStartingWith("cannot recover into ");
    }

    @Test
    void aCopyIntoAnotherJournalsFoldersOrOntoHardLinksIsRefused() throws IOException {
        Path other = temp.resolve("other");
        try (JournalWriter writer = Journal.open(other).writer()) {
            writer.append(new EventDraft().capturedNanos(0).source("b"));
        }
        assertThatThrownBy(() -> CopyTarget.check("replay", queue, "it", other.resolve("deep/inside")))
                .hasMessageContaining("it lies in the journal " + other);
        CopyTarget.check("replay", queue, "it", other);
        CopyTarget.check("replay", queue, "it", temp.resolve("new"));
        Path linked = Files.createDirectory(temp.resolve("linked"));
        Files.createLink(linked.resolve("metadata.cq4t"), queue.resolve("metadata.cq4t"));
        assertThatThrownBy(() -> CopyTarget.check("replay", queue, "it", linked))
                .hasMessageContaining("made of links to its files");
    }
}

package io.sightlog.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceOwnerTest {
    @TempDir
    Path folder;

    @Test
    void ourOwnJournalNamesAnyFile() throws IOException {
        assertThat(SourceOwner.refusal(folder)).isNull();
    }

    @Test
    void aJournalThatIsNotThereYetIsNobodys() throws IOException {
        assertThat(SourceOwner.refusal(folder.resolve("later"))).isNull();
    }

    @Test
    void anotherUsersJournalDoesNotAndTheMessageSaysWhatToTry() throws IOException {
        String owner = Files.getOwner(folder).getName();
        assertThat(SourceOwner.refusal(folder, "somebody else"))
                .isEqualTo("the journal " + folder + " belongs to " + owner
                        + ", not to somebody else: say with --source-root DIR from where its sources may be read");
        assertThat(SourceOwner.refusal(folder, owner)).isNull();
    }

    @Test
    void aJournalThatAnotherUserMadeMeanwhileOpensNothingWithoutRoots() throws Exception {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("unix"), "no owners here");
        Path picture = Scene.picture(folder.resolve("a.png"), 8, 8);
        Path journal = folder.resolve("q");
        SourceGate gate = new SourceGate(List.of(), journal);
        SourceGate rooted = new SourceGate(List.of(folder), journal);
        assertThat(gate.open(picture.toString())).isEqualTo(picture.toRealPath());
        Files.createDirectory(journal);
        assertThat(gate.open(picture.toString())).isEqualTo(picture.toRealPath());
        assumeTrue(isGivenAway(journal), "this user cannot give files away: run as root");
        assertThatThrownBy(() -> gate.open(picture.toString()))
                .isInstanceOf(UndrawableException.class)
                .hasMessageStartingWith("it is not opened: the journal " + journal + " belongs to ");
        assertThat(rooted.open(picture.toString())).isEqualTo(picture.toRealPath());
    }

    private static boolean isGivenAway(Path file) {
        try {
            Files.setAttribute(file, "unix:uid", 1206);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}

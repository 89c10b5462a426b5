package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.KeptFrame;
import io.sightlog.journal.FrameJournal;
import io.sightlog.journal.FrameWriter;
import io.sightlog.journal.JournalWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the verbs say of kept frames. */
final class KeptFrameVerbsTest {
    @TempDir
    Path temp;

    private FrameJournal journal;
    private String queue = "";
    private final List<KeptFrame> kept = new ArrayList<>();

    /** Three cycles with two pictures each, in a file of their own. */
    @BeforeEach
    void fill() {
        journal = new FrameJournal(temp.resolve("journal"));
        queue = journal.directory.toString();
        try (JournalWriter writer = journal.journal().writer()) {
            FrameWriter frames = journal.frames(writer, 12_000);
            for (int i = 0; i < 6; i++) {
                kept.add(journal.append(writer, frames, 5000, i));
                if (i % 2 == 1) {
                    journal.now.addAndGet(FrameJournal.HOUR);
                }
            }
        }
    }

    @Test
    void infoSaysHowMuchTheyAre() {
        assertThat(Sightlog.run("info", "-q", queue).expect(0).out())
                .anyMatch(line -> line.matches("frames kept 3 files, \\d+(\\.\\d)? .*B"));
        assertThat(Sightlog.run("info", "-q", queue, "--json").expect(0).out())
                .singleElement()
                .asString()
                .contains("\"frameFiles\":3,\"framesDiskBytes\":36864");
    }

    @Test
    void pruneSaysWhatGoesAndTakesIt() throws IOException {
        List<String> preview = Sightlog.run("prune", "-q", queue, "--keep-cycles", "1")
                .expect(0)
                .out();
        assertThat(preview.get(0)).contains(", with 1 file of frames, ");
        assertThat(preview)
                .anyMatch(line -> line.startsWith("kept frames: 2 files of frames, ")
                        && line.contains(" to delete; 1 file of frames, "));
        assertThat(journal.names()).hasSize(3);
        List<String> json = Sightlog.run("prune", "-q", queue, "--keep-cycles", "1", "--execute", "--json")
                .expect(0)
                .out();
        assertThat(json).hasSize(3);
        assertThat(json.get(0)).contains("\"frameFiles\":1,\"framesDiskBytes\":12288");
        assertThat(json.get(2))
                .contains("\"frameFiles\":2,\"framesDiskBytes\":24576")
                .contains("\"keptFrameFiles\":1,\"keptFramesDiskBytes\":12288");
        assertThat(journal.names()).hasSize(1);
    }

    @Test
    void verifyCountsThemAndNamesTheDamagedOnes() throws IOException {
        assertThat(Sightlog.run("verify", "-q", queue).expect(0).out())
                .last()
                .asString()
                .endsWith("; 6 kept frames");
        Path file = journal.file(kept.get(2));
        byte[] content = Files.readAllBytes(file);
        content[200] ^= 1;
        Files.write(file, content);
        List<String> damaged = Sightlog.run("verify", "-q", queue).expect(3).out();
        assertThat(damaged.get(0)).startsWith("damage  frame ").contains("the picture at byte 80 is damaged");
        assertThat(damaged).last().asString().contains("; 5 kept frames");
        assertThat(Sightlog.run("verify", "-q", queue, "--json").expect(3).out())
                .last()
                .asString()
                .contains("\"keptFrames\":5,\"framesNotHere\":0,\"orphanFrames\":0");

        String saved = temp.resolve("saved").toString();
        assertThat(Sightlog.run("recover", "-q", queue, "--into", saved)
                        .expect(3)
                        .out())
                .last()
                .asString()
                .contains("5 kept frames");
        assertThat(Sightlog.run("verify", "-q", saved).expect(0).out())
                .last()
                .asString()
                .contains("; 5 kept frames, 1 not here");
    }

    @Test
    void doctorNamesWhatNobodyNeedsAndWhatCannotBeRead() throws IOException {
        List<String> before = Sightlog.run("doctor", "-q", queue).out();
        assertThat(before).noneMatch(line -> line.contains("frames"));
        Path old = Files.copy(journal.file(kept.get(0)), temp.resolve("old"));
        Sightlog.run("prune", "-q", queue, "--keep-cycles", "1", "--execute").expect(0);
        Files.copy(old, journal.file(kept.get(0)), StandardCopyOption.COPY_ATTRIBUTES);
        byte[] content = Files.readAllBytes(journal.file(kept.get(5)));
        content[0] = 'X';
        Files.write(journal.file(kept.get(5)), content);
        List<String> found = Sightlog.run("doctor", "-q", queue).expect(3).out();
        assertThat(found)
                .anyMatch(line -> line.contains("no event points at 1 file of kept frames"))
                .anyMatch(line -> line.contains("it does not begin as a file of kept frames"));
        Sightlog.run("prune", "-q", queue, "--keep-for", "36500d", "--execute").expect(0);
        assertThat(journal.names()).hasSize(1);
    }
}

package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.inspect.JournalInfo;
import io.sightlog.inspect.Verification;
import io.sightlog.journal.audit.Finding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Labels that cannot be read cost the labels, and no event. */
class LabelSetLossTest {
    @TempDir
    Path temp;

    private Path directory;
    private Path file;
    private List<String> sound;

    /** What happens to the file of a label set. */
    enum Loss {
        BIT,
        CUT,
        EMPTY,
        FOLDER,
        LINK_TO_ITSELF,
        GONE;

        void happenTo(Path file) throws IOException {
            byte[] bytes = Files.readAllBytes(file);
            Files.delete(file);
            switch (this) {
                case BIT -> {
                    bytes[30] ^= 1;
                    Files.write(file, bytes);
                }
                case CUT -> Files.write(file, java.util.Arrays.copyOf(bytes, 20));
                case EMPTY -> Files.write(file, new byte[0]);
                case FOLDER -> Files.createDirectory(file);
                case LINK_TO_ITSELF -> Files.createSymbolicLink(file, file.getFileName());
                default -> {}
            }
        }
    }

    @BeforeEach
    void copy() throws IOException {
        directory = temp.resolve("journal");
        GoldenTest.copy(Goldens.LABEL_SETS.journal(), directory);
        try (Stream<Path> files = Files.list(directory.resolve("catalogue"))) {
            file = files.sorted().findFirst().orElseThrow();
        }
        sound = Printed.of(Journal.open(directory), Start.OLDEST).lines();
    }

    @ParameterizedTest
    @EnumSource
    void aLabelSetThatCannotBeReadCostsItsLabelsOnly(Loss loss) throws Exception {
        loss.happenTo(file);
        Journal journal = Journal.open(directory);
        Printed read = Printed.of(journal, Start.OLDEST);
        assertThat(read.lines()).hasSameSizeAs(sound).isNotEqualTo(sound);
        assertThat(read.errors()).hasSize(1).first().asString().startsWith("missing ");
        try (JournalReader alarm = journal.reader("alarm")) {
            assertThat(Printed.of(alarm).lines()).hasSameSizeAs(sound);
        }
        assertThat(JournalInfo.of(journal).events()).isEqualTo(sound.size());
        assertThat(findings())
                .anySatisfy(finding ->
                        assertThat(finding.file()).contains(file.getFileName().toString()));
        if (loss != Loss.GONE) {
            assertThat(python())
                    .hasSize(sound.size() + 1)
                    .anyMatch(line -> line.contains("LabelSetWarning")
                            && line.contains(file.getFileName().toString()));
        }
    }

    @Test
    void ownLabelsWithControlCharactersAreNamedByVerifyAndEndNothing() throws IOException {
        Path evil = temp.resolve("evil");
        try (Recording to = new Recording(evil, Roll.DAILY)) {
            to.append(Recording.ALICE, to.draft().frame(0, 0));
            byte[] event = to.bytes(
                    Recording.ALICE,
                    to.draft().frame(1, 0).ownLabels("m", "0\tcat\n").detection(0, 0.5f, 1, 1, 2, 2, 0));
            int at = new String(event, StandardCharsets.ISO_8859_1).indexOf("cat");
            event[at] = 0x1b;
            to.append(Recording.signed(event));
            to.append(Recording.ALICE, to.draft().frame(2, 0));
        }
        directory = evil;
        assertThat(findings()).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Finding.Kind.OWN_LABELS);
            assertThat(finding.first()).isNotNull();
        });
        JournalInfo info = JournalInfo.of(Journal.open(evil));
        assertThat(info.damage()).singleElement().asString().contains("control characters");
        assertThat(info.events()).isEqualTo(2);
        Path saved = temp.resolve("saved");
        Recoveries.recover(Journal.openDamaged(evil), Roll.DAILY, saved);
        assertThat(JournalWithHoles.seen(saved).frames().values()).containsExactly(0L, 1L, 2L);
        assertThat(python())
                .anyMatch(line -> line.contains("control characters"))
                .hasSize(3);
    }

    private List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        new Verification(Journal.openDamaged(directory), null, null, findings::add, bytes -> {}).run();
        return findings.stream().filter(Finding::isDamage).toList();
    }

    /** What a Python reader prints, without the line of code of a warning. */
    private List<String> python() throws IOException {
        ForeignPrograms.need("python3");
        Process reader = new ProcessBuilder("python3", "src/test/python/read_journal.py", directory.toString())
                .redirectErrorStream(true)
                .start();
        List<String> lines = new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        return lines.stream()
                .filter(line -> line.startsWith("{") || line.contains("Warning:") || line.startsWith("damaged"))
                .toList();
    }
}

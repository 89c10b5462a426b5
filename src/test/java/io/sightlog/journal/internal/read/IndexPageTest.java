package io.sightlog.journal.internal.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.journal.GoldenTest;
import io.sightlog.journal.Goldens;
import io.sightlog.journal.Journal;
import io.sightlog.journal.Printed;
import io.sightlog.journal.Start;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A page of the index lies between events. Where the length in its header was damaged so that it leads to the end of one, that
 * event must not be passed over.
 */
class IndexPageTest {
    /** In one of its cycles there is a single event, of 128 bytes with its header, behind such a page. */
    private static final String CYCLE = "20261123-0000.cq4";

    @TempDir
    Path temp;

    @Test
    void aDamagedHeaderHidesNoEventBehindIt() throws IOException {
        Path journal = temp.resolve("q");
        GoldenTest.copy(Goldens.ROLLS.journal(), journal);
        Path file = journal.resolve(CYCLE);
        byte[] sound = Files.readAllBytes(file);
        Printed expected = Printed.of(Journal.open(journal), Start.OLDEST);
        int header = new String(sound, StandardCharsets.ISO_8859_1).indexOf("\u00b9\u0005index") - 4;
        assertThat(header).isPositive();
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            byte[] damaged = sound.clone();
            damaged[header + bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, damaged);
            Printed found = Printed.of(Journal.open(journal), Start.OLDEST);
            assertThat(found.lines()).as("bit %d", bit).isEqualTo(expected.lines());
        }
    }
}

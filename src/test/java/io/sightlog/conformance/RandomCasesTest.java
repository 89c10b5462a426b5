package io.sightlog.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.journal.GoldenTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random damage, and random beginnings: the readers in C and Python hand out the events and report the places that the one in Java does,
 * and leave a named consumer where it does. Whatever fails is printed as a case that can be kept, with the seed.
 */
@Tag("slow")
class RandomCasesTest {
    private static final boolean LONG = Boolean.getBoolean("sightlog.long");
    private static final int ROUNDS = Integer.getInteger("sightlog.rounds", LONG ? 200 : 2);
    /** Journals that one run of a program is given. */
    private static final int EACH = 50;

    @TempDir
    Path temp;

    private final long seed = Long.getLong("sightlog.seed", LONG ? System.nanoTime() : 4);

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void allLanguagesMakeTheSameOfIt() throws Exception {
        Language.C.need();
        Language.PYTHON.need();
        System.out.println("RandomCasesTest: -Dsightlog.seed=" + seed);
        RandomCases source = new RandomCases(new Random(seed));
        List<String> differences = new ArrayList<>();
        int damaged = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<List<String>> written = new ArrayList<>();
            for (int i = 0; i < EACH; i++) {
                written.add(source.next());
            }
            List<List<Read>> read = new ArrayList<>();
            for (Language language : Language.values()) {
                read.add(read(language, written));
            }
            for (int i = 0; i < EACH; i++) {
                Read java = read.get(0).get(i);
                damaged += java.reports().isEmpty() ? 0 : 1;
                for (int other = 1; other < read.size(); other++) {
                    if (!read.get(other).get(i).equals(java)) {
                        Recorded of = Case.read(written.get(i)).get(0).of();
                        differences.add("# seed " + seed + ", round " + round + ": " + Language.values()[other] + " "
                                + read.get(other).get(i).told(of) + "\n" + String.join("\n", written.get(i)) + "\n  "
                                + String.join("\n  ", java.told(of)) + "\n");
                        System.out.println(differences.get(differences.size() - 1));
                    }
                }
            }
        }
        System.out.println("RandomCasesTest: " + ROUNDS * EACH + " damaged journals, of " + damaged
                + " something was reported, and " + differences.size() + " differed");
        assertThat(String.join("\n", differences)).as("seed %d", seed).isEmpty();
        assertThat(damaged).isGreaterThan(ROUNDS * EACH / 4);
    }

    private List<Read> read(Language language, List<List<String>> written) throws Exception {
        Map<Path, Beginning> beginnings = new LinkedHashMap<>();
        for (List<String> lines : written) {
            Case one = Case.read(lines).get(0);
            Path journal = temp.resolve(language + "-" + beginnings.size());
            one.make(journal);
            beginnings.put(journal, one.readings().get(0).beginning());
        }
        List<Read> all = List.copyOf(language.read(beginnings).values());
        for (Path journal : beginnings.keySet()) {
            GoldenTest.delete(journal);
        }
        return all;
    }
}

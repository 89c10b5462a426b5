package io.sightlog.journal.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.inspect.Verification;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Recoveries;
import io.sightlog.journal.Roll;
import io.sightlog.journal.audit.KnownLosses.Range;
import io.sightlog.journal.audit.KnownLosses.What;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.PrunedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was lost and is known does not make a journal damaged for ever. */
class KnownLossesTest {
    @TempDir
    Path temp;

    private Journal journal(String name) {
        return Journal.open(temp.resolve(name));
    }

    /** Ten events of one producer, those of some numbers left out. */
    private void write(String name, long labelSet, Long... missing) {
        try (JournalWriter to = journal(name).writer();
                JournalWriter of = journal(name + "-whole").writer()) {
            EventDraft draft = new EventDraft().capturedNanos(0);
            for (int i = 0; i < 10; i++) {
                of.append(draft.clear().frame(i, 0).capturedNanos(i).labelSet(labelSet));
            }
            try (JournalReader reader = journal(name + "-whole").reader()) {
                while (reader.next()) {
                    if (!List.of(missing).contains(reader.event().sequence())) {
                        to.append(reader.event(), true);
                    }
                }
            }
        }
    }

    private static List<Finding> verify(Journal journal) {
        List<Finding> findings = new ArrayList<>();
        new Verification(journal, null, null, findings::add, bytes -> {}).run();
        return findings;
    }

    @Test
    void aRecoveredJournalIsSoundWithKnownLosses() {
        write("damaged", 0x1122334455667788L, 3L, 4L, 7L);
        assertThat(verify(journal("damaged")).stream().filter(Finding::isDamage))
                .hasSize(3);
        Recoveries.recover(journal("damaged"), Roll.HOURLY, temp.resolve("new"));
        List<Finding> findings = verify(journal("new"));
        assertThat(findings).noneMatch(Finding::isDamage);
        assertThat(findings).extracting(Finding::kind).containsOnly(Finding.Kind.KNOWN_LOSS);
        assertThat(findings).extracting(Finding::text).anyMatch(text -> text.contains("numbers 3 to 4 (2) lost"));
    }

    @Test
    void whatARecoveryLostIsKnownAlsoAfterTheNext() {
        write("damaged", 0x1122334455667788L, 3L, 4L, 7L);
        Recoveries.recover(journal("damaged"), Roll.HOURLY, temp.resolve("new"));
        Recoveries.recover(journal("new"), Roll.HOURLY, temp.resolve("newer"));
        assertThat(KnownLosses.of(journal("newer").directory()).recoveredFindings())
                .isEqualTo(KnownLosses.of(journal("new").directory()).recoveredFindings())
                .isPositive();
    }

    @Test
    void whatIsLostLaterIsDamageAllTheSame() throws IOException {
        write("damaged", 0, 3L, 4L, 7L);
        Recoveries.recover(journal("damaged"), Roll.HOURLY, temp.resolve("new"));
        Path losses = temp.resolve("new/sightlog.losses");
        Files.writeString(losses, Files.readString(losses).replaceFirst(" 3 4\n", " 3 3\n"));
        assertThat(verify(journal("new")).stream().filter(Finding::isDamage))
                .extracting(Finding::kind)
                .containsExactly(Finding.Kind.SEQUENCE_LOST);
    }

    @Test
    void aSoundJournalThatIsRecoveredLosesNothingAndHasNoList() {
        try (JournalWriter writer = journal("sound").writer()) {
            long labels = writer.publish(new LabelSet(LabelSet.Model.named("m"), new TreeMap<>(Map.of(0, "dog"))));
            writer.append(new EventDraft().source("a").capturedNanos(1).labelSet(labels));
        }
        Recoveries.recover(journal("sound"), Roll.HOURLY, temp.resolve("new"));
        assertThat(temp.resolve("new/sightlog.losses")).doesNotExist();
        assertThat(verify(journal("new"))).isEmpty();
    }

    @Test
    void aPrunedJournalIsSoundWithKnownLossesAlsoAfterARecovery() {
        write("pruned", 0);
        JournalDirectory directory = new JournalDirectory(temp.resolve("pruned"));
        PrunedLog.add(directory, new PrunedLog.Entry(100, 17, 1, 1, 2, 3));
        assertThat(verify(journal("pruned"))).extracting(Finding::kind).containsExactly(Finding.Kind.PRUNED);
        Recoveries.recover(journal("pruned"), Roll.HOURLY, temp.resolve("new"));
        assertThat(verify(journal("new"))).extracting(Finding::text).containsExactly("1 cycles with 17 excerpts");
    }

    @Test
    void aListIsReadLineByLineAndWhatIsNotUnderstoodPassedOver() throws IOException {
        write("q", 0);
        Files.writeString(
                temp.resolve("q/sightlog.losses"),
                "lost 00000000000000ab 3 5\nlost zz 1 2\nlost\n\nlost 00000000000000ab 6 9\nlabels 8877665544332211\nnew words 1\n");
        KnownLosses known = KnownLosses.of(journal("q").directory());
        assertThat(known.covers(new Range(What.LOST, 0xab, 4, 8))).isTrue();
        assertThat(known.covers(new Range(What.LOST, 0xab, 2, 4))).isFalse();
        assertThat(known.covers(new Range(What.LOST, 0xab, 9, 10))).isFalse();
        assertThat(known.covers(new Range(What.REPEATED, 0xab, 4, 4))).isFalse();
        assertThat(known.coversLabelSet(0x1122334455667788L)).isTrue();
    }
}

package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.AnsweredEvent;
import io.sightlog.event.Event;
import io.sightlog.event.LiveSource;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.inspect.Verification;
import io.sightlog.journal.audit.Finding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sections 9 to 12 of events in a journal: verified, copied as they are, and where they cannot be, reported. */
class RareSectionsKeptTest {
    @TempDir
    Path temp;

    private static List<Finding> damage(Path directory) {
        List<Finding> findings = new ArrayList<>();
        new Verification(Journal.openDamaged(directory), null, null, findings::add, bytes -> {}).run();
        return findings.stream().filter(Finding::isDamage).toList();
    }

    /** All bytes of each event but what an append gives it anew. */
    private static List<String> contents(Path directory) {
        List<String> contents = new ArrayList<>();
        try (JournalReader reader = Journal.open(directory).reader()) {
            while (reader.next()) {
                Event event = reader.event();
                StringBuilder all = new StringBuilder(event.kind() + " " + event.sequence());
                for (int i = 0; i < event.sectionCount(); i++) {
                    all.append(' ').append(event.sectionType(i)).append('=');
                    all.append(java.util.HexFormat.of().formatHex(event.sectionContent(i)));
                }
                contents.add(all.toString());
            }
        }
        return contents;
    }

    @Test
    void areSoundToVerifyAndKeptByRecoverAndByACopy() throws Exception {
        Path golden = Goldens.RARE_SECTIONS.journal();
        assertThat(damage(golden)).isEmpty();
        Path saved = temp.resolve("saved");
        Recoveries.recover(Journal.openDamaged(golden), Roll.HOURLY, saved);
        assertThat(contents(saved)).isEqualTo(contents(golden));
        Path copy = temp.resolve("copy");
        try (JournalWriter writer = Journal.open(copy).writer();
                JournalReader reader = Journal.open(golden).reader()) {
            while (reader.next()) {
                writer.append(reader.event(), false);
            }
        }
        assertThat(contents(copy).stream()
                        .map(line -> line.replaceFirst(" \\d+", ""))
                        .toList())
                .isEqualTo(contents(golden).stream()
                        .map(line -> line.replaceFirst(" \\d+", ""))
                        .toList());
    }

    @Test
    void thatCannotBeAreNamedByVerifyAndKeptByRecover() throws Exception {
        Path odd = temp.resolve("odd");
        try (Recording to = new Recording(odd, Roll.DAILY)) {
            to.append(Recording.ALICE, to.draft().frame(0, 0));
            byte[] event =
                    to.bytes(Recording.ALICE, to.draft().frame(1, 0).answers(new AnsweredEvent(null, 1, 2, 3, 4)));
            event[event.length - 48 + 24 + 7] = (byte) 0x80; // a negative sequence number
            to.append(Recording.signed(event));
            to.append(Recording.ALICE, to.draft().frame(2, 0).live(new LiveSource(1, 0, 0, 0)));
        }
        assertThat(damage(odd)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Finding.Kind.SECTION);
            assertThat(finding.first()).isNotNull();
            assertThat(finding.text()).startsWith("its section \"answered event\": answers.sequence=-");
        });
        Path saved = temp.resolve("saved");
        Recoveries.recover(Journal.openDamaged(odd), Roll.DAILY, saved);
        assertThat(contents(saved)).isEqualTo(contents(odd)).hasSize(3);
        try (JournalReader reader = Journal.open(odd).reader(new Start.Last(2))) {
            assertThat(reader.next()).isTrue();
            assertThatThrownBy(() -> AnsweredEvent.of(reader.event())).isInstanceOf(UnreadableEventException.class);
            assertThat(reader.event().labels()).as("the rest is readable").isNull();
        }
    }
}

package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one process at a time may do to a journal. Processes that meet are in {@code system/KafkaReceiveTest}. */
class JournalLockTest {
    @TempDir
    Path temp;

    private Journal journal;

    @BeforeEach
    void make() {
        journal = Journal.open(temp.resolve("q"));
        journal.writer().close();
    }

    @Test
    void whoeverComesSecondIsRefusedUntilTheFirstHasDone() throws Exception {
        Journal same = Journal.open(Files.createSymbolicLink(temp.resolve("link"), journal.directory()));
        try (JournalLock held = journal.lock("kafka-1", "receiving topic t")) {
            for (Journal other : new Journal[] {journal, same}) {
                assertThatThrownBy(() -> other.lock("kafka-1", "receiving topic t"))
                        .isInstanceOf(JournalException.class)
                        .hasMessageContaining(
                                "process " + ProcessHandle.current().pid() + " is receiving topic t into")
                        .hasMessageContaining("stop that one");
            }
            journal.lock("kafka-2", "receiving topic u").close();
        }
        same.lock("kafka-1", "receiving topic t").close();
    }

    @Test
    void anInterruptDoesNotDropIt() {
        Thread.currentThread().interrupt();
        try (JournalLock held = journal.lock("kafka-1", "receiving topic t")) {
            assertThat(Thread.interrupted()).isTrue();
            assertThatThrownBy(() -> journal.lock("kafka-1", "receiving topic t"))
                    .isInstanceOf(JournalException.class);
        }
    }

    @Test
    void itIsNoStrangerInTheJournalAndALinkIsNotFollowed() throws Exception {
        journal.lock("kafka-1", "receiving topic t").close();
        assertThat(journal.directory().resolve(".kafka-1.lock")).isEmptyFile();
        assertThat(journal.exists()).isTrue();
        Path elsewhere = Files.createFile(temp.resolve("elsewhere"));
        Files.createSymbolicLink(journal.directory().resolve(".kafka-2.lock"), elsewhere);
        assertThatThrownBy(() -> journal.lock("kafka-2", "receiving topic u"))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("cannot lock journal");
    }
}

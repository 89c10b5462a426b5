package io.sightlog.journal.internal.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.EventDraft;
import io.sightlog.event.JournalId;
import io.sightlog.inspect.Diagnosis;
import io.sightlog.inspect.Verification;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.Recoveries;
import io.sightlog.journal.Roll;
import io.sightlog.journal.WriterOptions;
import io.sightlog.journal.audit.Finding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalIdFileTest {
    private static final String ID = "00112233445566778899aabbccddeeff";

    @TempDir
    Path temp;

    private Journal journal(String name) {
        Journal journal = Journal.open(temp.resolve(name));
        try (JournalWriter writer = journal.writer(Roll.DAILY)) {
            writer.append(new EventDraft().capturedNanos(0));
        }
        return journal;
    }

    private static Path file(Journal journal) {
        return journal.directory().resolve("sightlog.id");
    }

    @Test
    void isMadeWhenItIsAskedForAndThenStays() throws IOException {
        Journal journal = journal("j");
        assertThat(journal.id()).as("nobody needed it").isNull();
        JournalId made = journal.makeId();
        assertThat(journal.id()).isEqualTo(made);
        assertThat(journal.makeId()).isEqualTo(made);
        assertThat(Journal.open(journal.directory()).id()).isEqualTo(made);
        assertThat(Files.readString(file(journal))).isEqualTo(made + "\n").matches("[0-9a-f]{32}\n");
        assertThat(journal("other").makeId()).isNotEqualTo(made);
        try (Stream<Path> files = Files.list(journal.directory())) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith(".draft-")))
                    .isEmpty();
        }
        assertThat(findings(journal)).isEmpty();
        assertThat(Diagnosis.of(journal, NanoClock.SYSTEM).symptoms())
                .noneMatch(symptom -> symptom.text().contains("sightlog.id"));
    }

    @Test
    void ofNoJournalCannotBeMade() {
        Journal none = Journal.open(temp.resolve("none"));
        assertThat(none.id()).isNull();
        assertThatThrownBy(none::makeId)
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("there is no journal; name the directory");
        assertThat(temp.resolve("none")).doesNotExist();
    }

    @Test
    void isTheSameForAllWhoMakeItAtTheSameTime() throws Exception {
        for (int round = 0; round < 20; round++) {
            Journal journal = journal("race" + round);
            Set<JournalId> made = ConcurrentHashMap.newKeySet();
            CountDownLatch start = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Thread thread = new Thread(() -> {
                    try {
                        start.await();
                        made.add(journal.makeId());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                thread.start();
                threads.add(thread);
            }
            start.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(made).as("round %d", round).hasSize(1).containsExactly(journal.id());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                ID,
                ID + "\r\n",
                ID + "\n\n",
                "00112233445566778899AABBCCDDEEFF\n",
                "0x112233445566778899aabbccddeeff\n",
                "00112233445566778899aabbccddeefg\n",
                "00000000000000000000000000000000\n",
                " 0112233445566778899aabbccddeeff\n",
            })
    void ofAnotherContentIsDamageThatNamesTheFile(String content) throws IOException {
        Journal journal = journal("j");
        Files.writeString(file(journal), content, StandardCharsets.ISO_8859_1);
        for (org.assertj.core.api.ThrowableAssert.ThrowingCallable asked :
                List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(journal::id, journal::makeId)) {
            assertThatThrownBy(asked)
                    .isInstanceOf(JournalException.class)
                    .isNotInstanceOf(FileAccessException.class)
                    .hasMessageContaining(file(journal) + " is damaged: ")
                    .hasMessageContaining("or remove it");
        }
        assertThat(Files.readString(file(journal), StandardCharsets.ISO_8859_1)).isEqualTo(content);
        assertIsNamed(journal);
    }

    private static void assertIsNamed(Journal journal) {
        assertThat(findings(journal)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Finding.Kind.ID);
            assertThat(finding.file()).isEqualTo("sightlog.id");
        });
        assertThat(Diagnosis.of(journal, NanoClock.SYSTEM).symptoms())
                .anyMatch(symptom -> symptom.text().contains("sightlog.id is damaged"));
    }

    private static List<Finding> findings(Journal journal) {
        List<Finding> findings = new ArrayList<>();
        new Verification(journal, null, null, findings::add, bytes -> {}).run();
        return findings.stream().filter(Finding::isDamage).toList();
    }

    @Test
    @Timeout(60)
    @DisabledOnOs(OS.WINDOWS)
    void thatIsALinkAFolderOrAPipeIsNotFollowedAndNotWaitedFor() throws Exception {
        Journal linked = journal("linked");
        Path elsewhere = Files.writeString(temp.resolve("elsewhere"), ID + "\n");
        Files.createSymbolicLink(file(linked), elsewhere);
        Journal lost = journal("lost");
        Files.createSymbolicLink(file(lost), temp.resolve("nowhere"));
        Journal folder = journal("folder");
        Files.createDirectory(file(folder));
        Journal pipe = journal("pipe");
        assertThat(new ProcessBuilder("mkfifo", file(pipe).toString()).start().waitFor(30, TimeUnit.SECONDS))
                .isTrue();
        for (Journal journal : List.of(linked, lost, folder, pipe)) {
            assertThatThrownBy(journal::id).hasMessageContaining("it is a link, or no file");
            assertThatThrownBy(journal::makeId).hasMessageContaining("it is a link, or no file");
            assertIsNamed(journal);
        }
        assertThat(temp.resolve("nowhere")).doesNotExist();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void hasTheModeOfTheJournal() throws IOException {
        Journal journal = Journal.open(temp.resolve("shared"));
        journal.writer(WriterOptions.DEFAULT.permissions(PosixFilePermissions.fromString("rw-r--r--")))
                .close();
        journal.makeId();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(journal))))
                .isEqualTo("rw-r--r--");
        assertThat(journal.strayFiles()).isEmpty();
    }

    @Test
    void isKeptByCpAndMadeAnewByARecovery() throws Exception {
        Journal journal = journal("j");
        JournalId made = journal.makeId();
        Path copy = temp.resolve("copy");
        io.sightlog.journal.GoldenTest.copy(journal.directory(), copy);
        assertThat(Journal.open(copy).id()).isEqualTo(made);
        Path saved = temp.resolve("saved");
        Recoveries.recover(Journal.openDamaged(journal.directory()), Roll.DAILY, saved);
        assertThat(Journal.open(saved).id()).as("not copied").isNull();
        assertThat(Journal.open(saved).makeId()).isNotEqualTo(made);
    }

    @Test
    void isNoOtherProgramsFileWhereTheRestIsMissing() throws IOException {
        Path begun = Files.createDirectory(temp.resolve("begun"));
        Files.writeString(begun.resolve("sightlog.id"), ID + "\n");
        assertThat(Journal.open(begun).exists()).isFalse();
    }
}

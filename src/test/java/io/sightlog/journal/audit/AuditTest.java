package io.sightlog.journal.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.EventDraft;
import io.sightlog.inspect.Verification;
import io.sightlog.journal.Damageable;
import io.sightlog.journal.EventBatch;
import io.sightlog.journal.Goldens;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import io.sightlog.journal.Recoveries;
import io.sightlog.journal.Roll;
import io.sightlog.journal.Start;
import io.sightlog.journal.audit.Finding.Kind;
import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.ExcerptIndex;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each kind of damage is named, where it is; a reader says so too; and what is sound is saved. */
class AuditTest {
    /** Events in the first file: 23, and 3 of a batch. */
    private static final int IN_OLDER = 26;

    @TempDir
    Path temp;

    private Damageable journal;
    private Path older;
    private Path newer;

    @BeforeEach
    void fill() throws IOException {
        journal = new Damageable(temp);
        older = journal.directory.resolve("20261122-2359.cq4");
        newer = journal.directory.resolve("20261123-0000.cq4");
    }

    private interface Change {
        void apply(RandomAccessFile file) throws IOException;
    }

    private static void change(Path path, Change change) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            change.apply(file);
        }
    }

    private static void flip(Path path, long at) throws IOException {
        change(path, file -> {
            file.seek(at);
            int was = file.read();
            file.seek(at);
            file.write(was ^ 0x10);
        });
    }

    private static void putLong(Path path, long at, long value) throws IOException {
        change(path, file -> {
            file.seek(at);
            file.writeLong(Long.reverseBytes(value));
        });
    }

    /** Where the header of a document is. */
    private static long header(Path path, int number) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        int found = 0;
        for (int at = 0; at + 24 < bytes.limit(); at += 4) {
            if (bytes.getInt(at + 8) == 0x474f4c53 && bytes.getInt(at) == bytes.getInt(at + 16) && found++ == number) {
                return at;
            }
        }
        throw new AssertionError("no document " + number + " in " + path);
    }

    private static long field(Path path, String name, byte code) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = text.indexOf(name) + name.length();
        while (bytes[at] != code) {
            at++;
        }
        return at + 1;
    }

    /** The events from one on. */
    private int[] from(int first) {
        return java.util.stream.IntStream.range(first, journal.truth.size()).toArray();
    }

    private Position at(int event) {
        return journal.positions.get(event);
    }

    /** A reader, verify and recover agree on what is there, and the first two on that something is wrong. */
    private Finding costs(Kind kind, int... events) throws IOException {
        List<String> left = new ArrayList<>(journal.truth);
        List<Position> positions = new ArrayList<>(journal.positions);
        for (int i = events.length - 1; i >= 0; i--) {
            left.remove(events[i]);
            positions.remove(events[i]);
        }
        Damageable.Got got = journal.read(Start.OLDEST);
        assertThat(got.positions()).isEqualTo(positions);
        if (events.length > 0) {
            assertThat(got.errors()).isNotEmpty();
        }
        List<Finding> findings = journal.verify();
        assertThat(findings).extracting(Finding::kind).contains(kind);
        assertThat(journal.recover()).containsSubsequence(Damageable.content(left));
        return findings.stream().filter(one -> one.kind() == kind).findFirst().orElseThrow();
    }

    @Test
    void aSoundJournalIsSoundAndRecoveredWhole() throws IOException {
        assertThat(journal.verify()).isEmpty();
        assertThat(journal.recover()).isEqualTo(Damageable.content(journal.truth));
    }

    @ParameterizedTest
    @EnumSource
    void goldenJournalsHaveTheFindingsTheyShould(Goldens golden) {
        List<Finding> findings = new ArrayList<>();
        new Verification(Journal.open(golden.journal()), null, null, findings::add, bytes -> {}).run();
        List<Kind> damage = findings.stream()
                .filter(Finding::isDamage)
                .map(Finding::kind)
                .distinct()
                .toList();
        switch (golden) {
            case DAMAGED -> assertThat(damage).containsExactlyInAnyOrder(Kind.EVENT, Kind.SEQUENCE_LOST);
            case HOLES -> assertThat(damage).containsExactlyInAnyOrder(Kind.STRUCTURE, Kind.SEQUENCE_LOST);
            case MISSING_LABEL_SET -> assertThat(damage).containsExactly(Kind.LABELS_MISSING);
            default -> assertThat(damage).isEmpty();
        }
    }

    @Test
    void aFlippedByteOfAnEventCostsThatEvent() throws IOException {
        flip(older, header(older, 5) + 4 + 60);
        Finding finding = costs(Kind.EVENT, 5);
        assertThat(finding.first()).isEqualTo(at(5)).isEqualTo(finding.last());
        assertThat(finding.text()).contains("checksum");
        Finding numbers = journal.verify().stream()
                .filter(one -> one.kind() == Kind.SEQUENCE_LOST)
                .findFirst()
                .orElseThrow();
        assertThat(numbers.first()).isEqualTo(at(7)); // event 6 is of the other producer
    }

    @Test
    void aLengthThatLeadsNowhereCostsThatEventForReadersAndNothingForRecover() throws IOException {
        change(older, file -> {
            file.seek(header(older, 5));
            file.writeInt(0x00ffff00);
        });
        assertThat(journal.read(Start.OLDEST).positions())
                .isEqualTo(journal.positions); // the event says its length, too
        assertThat(journal.verify()).extracting(Finding::kind).containsExactly(Kind.HEADER);
        change(older, file -> {
            file.seek(header(older, 4) + 4 + Integer.reverseBytes(0) + length(file, header(older, 4)));
            file.write(new byte[24]); // header, magic and size of number 5
        });
        Finding finding = costs(Kind.STRUCTURE, 5);
        assertThat(finding.first()).isEqualTo(at(5)).isEqualTo(finding.last());
        assertThat(finding.text()).contains("cannot be read; it goes on at byte");
    }

    private static int length(RandomAccessFile file, long at) throws IOException {
        file.seek(at);
        return Integer.reverseBytes(file.readInt());
    }

    @Test
    void aMissingEndIsMissedAlsoWhenItsProducerNeverComesBack() throws IOException {
        long cut = header(newer, 10) + 40;
        change(newer, file -> file.setLength(cut));
        Finding finding = costs(Kind.STRUCTURE, from(IN_OLDER + 10));
        assertThat(finding.first()).isEqualTo(at(IN_OLDER + 10));
        assertThat(finding.text()).contains("at least 7 excerpts from " + at(IN_OLDER + 10));
        assertThat(journal.read(Start.OLDEST).errors())
                .singleElement()
                .asString()
                .contains(newer.toString(), "at least 7 excerpts");
        assertThat(journal.read(new Start.Last(2)).errors()).hasSize(1);
    }

    @Test
    void aFileThatWasCutIsMissedWhateverComesAfterIt() throws IOException {
        change(older, file -> file.setLength(header(older, 21)));
        costs(Kind.STRUCTURE, 23, 24, 25);
        change(older, file -> {
            long end = file.length();
            file.seek(end);
            file.writeInt(Integer.reverseBytes(DocumentHeader.END_OF_CYCLE)); // an end mark does not make it whole
        });
        costs(Kind.STRUCTURE, 23, 24, 25);
    }

    @Test
    void indexAndCountersAreChecked() throws IOException {
        long writePosition = field(older, "writePosition", (byte) 0x8d) + 16;
        putLong(older, writePosition, header(older, 3) + 4);
        costs(Kind.COUNTER);
        putLong(older, writePosition, header(older, 23));
        long lastIndex = field(older, "lastIndex", (byte) 0xa7);
        putLong(older, lastIndex, 17);
        costs(Kind.COUNTER);
        putLong(older, lastIndex, 32);
        long page = new String(Files.readAllBytes(older), StandardCharsets.ISO_8859_1).indexOf("\u00b9\u0005index");
        long values = page;
        byte[] bytes = Files.readAllBytes(older);
        while (bytes[(int) values] != (byte) 0x8d) {
            values++;
        }
        putLong(older, values + 1 + 16 + 8, header(older, 17)); // that of number 17, for 16
        Finding finding = costs(Kind.INDEX);
        assertThat(finding.first()).isEqualTo(new Position(ExcerptIndex.of(ExcerptIndex.cycle(at(0).index()), 16), 0));
        assertThat(journal.read(new Start.At(at(20))).positions())
                .isEqualTo(journal.positions.subList(20, journal.positions.size()));
    }

    @Test
    void filesThatAreMissingUnreadyOrStrangeAreNamed() throws IOException {
        byte[] content = Files.readAllBytes(newer);
        Files.delete(newer);
        int[] lost = from(IN_OLDER);
        assertThat(costs(Kind.FILE_MISSING, lost).file()).isEqualTo("20261123-0000.cq4");
        Files.write(newer, new byte[0]);
        assertThat(costs(Kind.FILE_HEADER, lost).text()).contains("no header");
        Files.write(newer, "this is no cycle of a journal, is it?".getBytes(StandardCharsets.UTF_8));
        costs(Kind.FILE_HEADER, lost);
        Files.write(newer, content);
        Files.write(journal.directory.resolve("20261123-0000.cq4-17.discard"), content);
        Files.writeString(journal.directory.resolve("notes.txt"), "buy milk");
        costs(Kind.FILE_HEADER);
    }

    @Test
    void aJournalWithoutItsMetadataIsRecoveredByTheNamesOfItsFiles() throws IOException {
        Files.delete(journal.directory.resolve("metadata.cq4t"));
        assertThat(journal.verify()).extracting(Finding::kind).contains(Kind.METADATA);
        assertThat(journal.recover()).isEqualTo(Damageable.content(journal.truth));
        change(older, file -> file.write(new byte[512]));
        assertThat(journal.recover()).isEqualTo(Damageable.content(journal.truth));
    }

    @Test
    void catalogueAndConsumersAreChecked() throws IOException {
        Path labels;
        try (var files = Files.list(journal.directory.resolve("catalogue"))) {
            labels = files.findFirst().orElseThrow();
        }
        flip(labels, 30);
        assertThat(journal.verify()).extracting(Finding::kind).containsExactly(Kind.CATALOGUE);
        Files.delete(labels);
        assertThat(journal.verify()).extracting(Finding::kind).containsExactly(Kind.LABELS_MISSING);
        Path consumer = journal.directory.resolve("consumers/alarm.position");
        flip(consumer, 70);
        flip(consumer, 140);
        assertThat(journal.verify()).extracting(Finding::kind).containsExactly(Kind.LABELS_MISSING, Kind.CONSUMER);
        assertThat(journal.journal().consumers().get(0).damage()).contains("neither of its two positions");
        assertThatThrownBy(() -> journal.journal().consumer("alarm")).hasMessageContaining("damaged");
    }

    @Test
    void recoverKeepsTimesAndConsumersAndRefusesWhatIsNotEmpty() throws IOException {
        flip(older, header(older, 5) + 4 + 60);
        Path into = temp.resolve("saved");
        Journal damaged = journal.journal();
        Recovery saved = Recoveries.recover(damaged, Roll.MINUTELY, into);
        assertThat(saved.events()).isEqualTo(journal.truth.size() - 1);
        assertThat(saved.restamped()).isZero();
        assertThat(saved.consumers()).isEqualTo(1);
        try (JournalReader reader = Journal.open(into).reader("alarm")) {
            assertThat(reader.next()).isTrue();
            String expected = Damageable.content(journal.truth).get(20);
            assertThat(expected).contains("\"frame\":" + reader.event().frame());
        }
        assertThat(Files.list(into).filter(file -> file.toString().endsWith(".cq4")))
                .hasSize(2);
        assertThatThrownBy(() -> new Recovery(damaged, Roll.MINUTELY, into)).hasMessageContaining("not empty");
        assertThatThrownBy(() -> new Recovery(damaged, Roll.MINUTELY, Files.createFile(temp.resolve("file"))))
                .hasMessageContaining("it is a file");
        assertThatThrownBy(() -> new Recovery(damaged, Roll.MINUTELY, journal.directory.resolve("x")))
                .hasMessageContaining("lies in the damaged journal");
    }

    @Tag("slow")
    @Test
    @Timeout(60)
    void besideWritersThatAppendNothingIsWrong() throws Exception {
        Path live = temp.resolve("live");
        AtomicBoolean running = new AtomicBoolean(true);
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int own = i;
            Thread writer = new Thread(() -> write(live, own, running));
            writer.start();
            writers.add(writer);
        }
        try {
            long end = System.nanoTime() + 4_000_000_000L; // some rolls
            int rounds = 0;
            while (System.nanoTime() < end || rounds < 4) {
                if (!Journal.open(live).exists()) {
                    continue;
                }
                List<Finding> findings = new ArrayList<>();
                Verification verification =
                        new Verification(Journal.open(live), null, null, findings::add, bytes -> {});
                verification.run();
                assertThat(findings)
                        .filteredOn(Finding::isDamage)
                        .as("round " + rounds)
                        .isEmpty();
                rounds++;
            }
        } finally {
            running.set(false);
            for (Thread writer : writers) {
                writer.join();
            }
        }
    }

    private static void write(Path live, int own, AtomicBoolean running) {
        EventDraft draft = new EventDraft().capturedNanos(0);
        EventBatch batch = new EventBatch();
        try (JournalWriter writer = Journal.open(live).writer(Roll.SECONDLY)) {
            for (int frame = 0; running.get(); frame++) {
                draft.clear()
                        .capturedNanos(0)
                        .source("/live/" + own)
                        .frame(frame, 0)
                        .detection(1, 0.5f, 1, 2, 3, 4, 0);
                if (frame % 100 < 10) {
                    batch.add(draft);
                    if (frame % 100 == 9) {
                        writer.append(batch);
                        batch.clear();
                    }
                } else {
                    writer.append(draft);
                }
                if (frame % 64 == 0) {
                    Thread.onSpinWait();
                }
            }
            writer.append(batch);
        }
    }
}

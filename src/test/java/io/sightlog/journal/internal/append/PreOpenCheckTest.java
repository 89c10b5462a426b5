package io.sightlog.journal.internal.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.format.Cycles;
import io.sightlog.journal.internal.format.JournalDirectory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A journal from elsewhere is data, not code. */
@Timeout(60)
class PreOpenCheckTest {
    private static final long HOUR = 3_600_000_000_000L;
    private static final String TRAP = "io.sightlog.journal.internal.append.Trap";

    @TempDir
    Path temp;

    private final EventDraft draft = new EventDraft().capturedNanos(0);
    private final AtomicLong now = new AtomicLong(1_700_000_000_000_000_000L);

    private Journal journal() {
        return Journal.open(temp.resolve("q"), now::get);
    }

    private JournalDirectory files() {
        return new JournalDirectory(temp.resolve("q"));
    }

    private void fill(Roll roll) {
        try (JournalWriter writer = journal().writer(roll)) {
            for (long frame = 0; frame < 600; frame++) {
                writer.append(draft.clear().capturedNanos(0).frame(frame, 0));
            }
        }
    }

    private Path cycle() {
        return journal().files().get(0);
    }

    /** Puts the trap's name in place of a type's; what is behind it moves by 16 bytes, which keeps what is aligned. */
    private static byte[] withTrap(byte[] file, String type, int... sizesAround) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        int at = new String(file, 0, 256, StandardCharsets.ISO_8859_1).indexOf(type);
        ByteBuffer out =
                ByteBuffer.allocate(file.length + TRAP.length() - name.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put(file, 0, at - 1).put((byte) TRAP.length()).put(TRAP.getBytes(StandardCharsets.US_ASCII));
        out.put(file, at + name.length, file.length - at - name.length);
        for (int size : sizesAround) {
            out.putInt(size, out.getInt(size) + TRAP.length() - name.length);
        }
        return out.array();
    }

    private static byte[] head(Path file) throws IOException {
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "r")) {
            byte[] head = new byte[(int) Math.min(raw.length(), 1 << 18)];
            raw.readFully(head);
            return head;
        }
    }

    @ParameterizedTest
    @EnumSource(Roll.class)
    void whatWeWriteIsTrusted(Roll roll) {
        fill(roll);
        assertThat(journal().headerFindings()).isEmpty();
        assertThatCode(() -> journal().writer().close()).doesNotThrowAnyException();
    }

    @Test
    void aClassNamedInACycleIsRefusedAndNotLoadedAndChronicleWouldHaveLoadedIt() throws IOException {
        System.clearProperty(Trap.TRACE);
        fill(Roll.HOURLY);
        Files.write(cycle(), withTrap(head(cycle()), "SCQStore", 0));
        assertThatThrownBy(() -> journal().writer())
                .isInstanceOf(JournalException.class)
                .hasMessageContaining(cycle().toString())
                .hasMessageContaining("at byte 12, type SCQStore was expected")
                .hasMessageContaining(TRAP.substring(0, 20));
        assertThat(journal().headerFindings()).singleElement().asString().contains(TRAP.substring(0, 20));
        journal().reader().close();
        assertThat(System.getProperty(Trap.TRACE)).isNull();

        ChronicleAdapter.prepare();
        try (SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(temp.resolve("q"))
                .rollCycle(ChronicleAdapter.cycle(Roll.HOURLY))
                .timeProvider(() -> now.get() / 1_000_000)
                .build()) {
            assertThatThrownBy(queue::createAppender).isInstanceOf(Throwable.class);
        }
        assertThat(System.getProperty(Trap.TRACE))
                .as("else the check protects from nothing")
                .isEqualTo("sprung");
    }

    @Test
    void classesNamedInTheMetadataAreRefused() throws IOException {
        fill(Roll.HOURLY);
        byte[] good = Files.readAllBytes(files().metadata());
        for (String type : List.of("STStore", "WireType", "SCQMeta", "SCQSRoll")) {
            Files.write(files().metadata(), withTrap(good, type, 0));
            assertThatThrownBy(() -> journal().writer())
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("metadata.cq4t")
                    .hasMessageMatching(".*at byte \\d+, .*was expected.*");
        }
    }

    /** Every byte of both headers that is not a number, a position or padding. */
    @Test
    void everyChangedByteOfAHeaderIsRefusedOrIsANumber() throws IOException {
        fill(Roll.HOURLY);
        int accepted = flips(files().metadata(), 0x9c, List.of("length", "format", "epoch", "sourceId"));
        assertThat(accepted).as("bits of padding alone").isLessThan(32);
        accepted = flips(cycle(), 0xc5, List.of());
        assertThat(accepted).as("bits of numbers and padding alone").isLessThan(8 * 64);
    }

    private int flips(Path file, int bytes, List<String> exact) throws IOException {
        int accepted = 0;
        byte[] good = head(file);
        for (int at = 0; at < bytes; at++) {
            for (int bit = 0; bit < 8; bit++) {
                try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
                    raw.seek(at);
                    raw.write(good[at] ^ 1 << bit);
                }
                List<String> findings = journal().headerFindings();
                boolean isName = Character.isLetter(good[at]) && !isNumber(good, at);
                if (isName) {
                    assertThat(findings).as("%s byte %d bit %d", file, at, bit).isNotEmpty();
                }
                accepted += findings.isEmpty() ? 1 : 0;
            }
            try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
                raw.seek(at);
                raw.write(good[at]);
            }
        }
        assertThat(journal().headerFindings()).as("all is as it was: " + exact).isEmpty();
        return accepted;
    }

    /** Letters of names stand beside other letters; those of numbers do not. */
    private static boolean isNumber(byte[] bytes, int at) {
        return !Character.isLetter(bytes[at - 1]) && !Character.isLetter(bytes[at + 1]);
    }

    @Test
    void positionsThatLeadOutOfAFileAreRefused() throws IOException {
        fill(Roll.HOURLY);
        byte[] good = head(cycle());
        String text = new String(good, 0, 256, StandardCharsets.ISO_8859_1);
        int writePosition = (text.indexOf("writePosition") + 13 + 6 + 1 + 7) / 8 * 8 + 8;
        assertThat(ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getLong(writePosition - 8))
                .isEqualTo(2);
        int index2Index = (text.indexOf("index2Index") + 11 + 1 + 7) / 8 * 8;
        int pages = (int) ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getLong(index2Index);
        int capacity = (pages + 4 + 13 + 6 + 1 + 7) / 8 * 8;
        for (long value : new long[] {1L << 60, -8, 6, 1L << 33}) {
            for (int field :
                    new int[] {writePosition, writePosition + 8, index2Index, capacity, capacity + 8, capacity + 16}) {
                put(good, field, value);
                if (field != capacity + 8 || value != 6) { // 6 pages may be used
                    assertThatThrownBy(() -> journal().writer())
                            .as("%d at %d", value, field)
                            .isInstanceOf(JournalException.class)
                            .hasMessageContaining(cycle().getFileName().toString());
                }
            }
        }
        Files.write(cycle(), good);
        journal().writer().close();
    }

    private void put(byte[] good, int at, long value) throws IOException {
        byte[] bad = Arrays.copyOf(good, good.length);
        ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN).putLong(at, value);
        Files.write(cycle(), bad);
    }

    @Test
    void aFileThatAppearsWhileAWriterIsOpenIsLookedAtBeforeItIsOpened() throws IOException {
        System.clearProperty(Trap.TRACE + ".late");
        try (JournalWriter writer = journal().writer()) {
            writer.append(draft.clear().capturedNanos(0).frame(0, 0));
            now.addAndGet(HOUR);
            Path next = files().cycleFile(Roll.HOURLY, Cycles.at(Roll.HOURLY, now.get() / 1_000_000));
            Files.write(next, withTrap(head(cycle()), "SCQStore", 0));
            long sequence = writer.nextSequence();
            assertThatThrownBy(
                            () -> writer.append(draft.clear().capturedNanos(0).frame(1, 0)))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining(next.getFileName().toString())
                    .hasMessageContaining("type SCQStore was expected");
            assertThat(writer.nextSequence()).isEqualTo(sequence);
            Files.delete(next);
            writer.append(draft.clear().capturedNanos(0).frame(1, 0));
        }
        List<Long> frames = new ArrayList<>();
        try (JournalReader reader = journal().reader()) {
            reader.poll(event -> frames.add(event.frame()), 10);
        }
        assertThat(frames).containsExactly(0L, 1L);
    }

    @Test
    void linksAndPipesInPlaceOfFilesAreRefused() throws IOException {
        fill(Roll.HOURLY);
        Path elsewhere = Files.move(cycle(), temp.resolve("elsewhere"));
        Path link = temp.resolve("q").resolve(name());
        Files.createSymbolicLink(link, elsewhere);
        assertThatThrownBy(() -> journal().writer())
                .isInstanceOf(JournalException.class)
                .hasMessageContaining(link + " is a link");
        try (JournalReader reader = journal().reader()) {
            assertThat(reader.next()).as("reading through it harms nobody").isTrue();
        }
        Path victim = Files.writeString(temp.resolve("victim"), "mine");
        Files.createSymbolicLink(temp.resolve("q/consumers/alarm.position"), victim);
        assertThatThrownBy(() -> journal().reader("alarm")).hasMessageContaining("it is a link");
        assertThat(victim).hasContent("mine");
    }

    private String name() {
        return Cycles.fileName(Roll.HOURLY, Cycles.at(Roll.HOURLY, now.get() / 1_000_000));
    }

    @Test
    void namesThatAreNoTimesAndTimesTooFarApartAreRefused() throws IOException {
        fill(Roll.SECONDLY);
        Path odd = Files.createFile(temp.resolve("q/zzz.cq4"));
        assertThatThrownBy(() -> journal().writer())
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("zzz.cq4 has not the name");
        Files.delete(odd);
        Files.createFile(temp.resolve("q/19700101-000000T.cq4"));
        assertThatThrownBy(() -> journal().writer())
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("cycles apart");
    }

    @Test
    void aTableWithoutAnEndIsRefused() throws IOException {
        fill(Roll.HOURLY);
        byte[] metadata = Files.readAllBytes(files().metadata());
        ByteBuffer bytes = ByteBuffer.wrap(metadata).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0x9c;
        bytes.put(at + 4 + 2 + 3, (byte) 7); // a control character in the first key
        Files.write(files().metadata(), metadata);
        assertThatThrownBy(() -> journal().writer())
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("printable");
        bytes.putInt(at, 0x3000_0000);
        Files.write(files().metadata(), metadata);
        assertThatThrownBy(() -> journal().writer()).isInstanceOf(JournalException.class);
    }
}

package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damage that leads past the end of a file, or hides it, and who appends there afterwards. */
class AppendBehindDamageTest {
    @TempDir
    Path temp;

    /** As an adversary did it: the second place leads from the middle of one event to the middle of the next, up to the end. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsAppendedBehindTwoDamagedPlacesIsRead(boolean inC) throws Exception {
        Path journal = new JournalWithHoles(temp).events("q", 40);
        write(journal, places -> {
            ByteBuffer first = ByteBuffer.allocate(16);
            Arrays.fill(first.array(), (byte) 0xff);
            places.write(12, 0, word(places.bytes(12) + 16));
            places.write(12, 8, word(0x58585858));
            places.write(10, 0, first);
        });
        assertThat(JournalWithHoles.seen(journal).frames()).hasSize(37);
        Rebooted.write(journal, inC, 3);
        JournalWithHoles.Seen seen = JournalWithHoles.seen(journal);
        assertThat(seen.frames()).hasSize(40);
        assertThat(seen.errors()).singleElement().asString().contains("3 excerpts");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWriterRefusesAFileWhoseEndReadersDoNotReach(boolean inC) throws Exception {
        if (inC) {
            ForeignPrograms.need("gcc");
        }
        Path journal = new JournalWithHoles(temp).events("q", 10);
        write(journal, places -> {
            places.write(5, 0, word(DocumentHeader.LENGTH));
            places.write(5, 8, word(0));
            places.claim(0); // the number of the last document is gone, and the index has none behind the break
        });
        byte[] before = JournalWithHoles.used(JournalWithHoles.file(journal));
        assertThatThrownBy(() -> Rebooted.write(journal, inC, 1))
                .hasMessageContaining("readers do not get to its end")
                .hasMessageContaining("sightlog recover --into NEW");
        assertThat(JournalWithHoles.used(JournalWithHoles.file(journal))).isEqualTo(before);
        assertThat(JournalWithHoles.saved(journal, temp.resolve("saved"))).hasSize(9);
    }

    private static ByteBuffer word(int value) {
        return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value);
    }

    /** Writes into documents by their numbers. */
    private record Places(CycleFile file, FileChannel channel) {
        void write(int number, int offset, ByteBuffer bytes) throws IOException {
            channel.write(bytes, at(number).position() + offset);
        }

        int bytes(int number) {
            return at(number).length();
        }

        void claim(long number) throws IOException {
            channel.write(ByteBuffer.allocate(8).putLong(0, number), file.writePositionAt() + 8);
        }

        private CycleCursor at(int number) {
            CycleCursor cursor = file.start();
            while (cursor.peek() == CycleCursor.DATA && cursor.sequence() < number) {
                cursor.advance();
            }
            return cursor;
        }
    }

    private interface Writing {
        void run(Places places) throws IOException;
    }

    private static void write(Path journal, Writing writing) throws IOException {
        Path path = JournalWithHoles.file(journal);
        try (CycleFile file = CycleFile.tryOpen(path, 0);
                FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            writing.run(new Places(file, channel));
        }
    }
}

package io.sightlog.journal.internal.mend;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.journal.JournalWithHoles;
import io.sightlog.journal.Recording;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.os.Device;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In what order a repair after a loss of power writes and syncs: of what lies between two syncs the next loss keeps any part. */
class RepairOrderTest {
    /** The index knows the number of every so many'th one. */
    private static final int SPACING = 256;

    private static final int EVENTS = 2 * SPACING + 4;
    private static final int WORDS = 2 * Long.BYTES;

    @TempDir
    Path temp;

    private JournalWithHoles holed;
    private Path directory;
    private Path path;
    /** Where each event begins, and the last one ends. */
    private final long[] at = new long[EVENTS + 1];

    private int wordsAt;

    @BeforeEach
    void fill() {
        holed = new JournalWithHoles(temp);
        directory = holed.events("order", EVENTS);
        path = JournalWithHoles.file(directory);
        try (CycleFile file = CycleFile.tryOpen(path, 0)) {
            assertThat(file.index().spacing()).isEqualTo(SPACING);
            wordsAt = (int) file.writePositionAt();
            CycleCursor cursor = file.start();
            for (int i = 0; i < EVENTS; i++) {
                cursor.to(i);
                at[i] = cursor.position();
            }
            cursor.toEnd();
            at[EVENTS] = cursor.position();
        }
    }

    /** The file at each sync, and as it was left. */
    private List<byte[]> mended() throws IOException {
        List<byte[]> states = new ArrayList<>();
        PowerLossRepair.mend(
                new JournalDirectory(directory),
                Roll.DAILY,
                new Device() {
                    @Override
                    public void sync(RandomAccessFile file, Path synced) throws IOException {
                        assertThat(synced).isEqualTo(path);
                        states.add(JournalWithHoles.used(synced));
                    }

                    @Override
                    public void syncDirectory(Path folder) {}
                },
                told -> {});
        states.add(JournalWithHoles.used(path));
        return states;
    }

    private static int header(byte[] file, long at) {
        return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt((int) at);
    }

    private static byte[] part(byte[] file, long from, long to) {
        return Arrays.copyOfRange(file, (int) from, (int) to);
    }

    /**
     * The steps are hide, cover, count and open, a sync after each.
     *
     * @param holes the first and the last event of each
     */
    private void stepsInOrder(byte[] lost, long[]... holes) throws IOException {
        List<byte[]> states = mended();
        assertThat(states.size()).as("four syncs, and what is left in the end").isEqualTo(5);
        byte[] hidden = states.get(0);
        byte[] covered = states.get(1);
        byte[] counted = states.get(2);
        byte[] opened = states.get(3);
        byte[] left = states.get(4);
        for (long[] hole : holes) {
            long from = at[(int) hole[0]];
            long to = at[(int) hole[1] + 1];
            String what = "hole of the events " + hole[0] + " to " + hole[1];
            int length = DocumentHeader.length(header(left, from));
            assertThat(length).as(what).isPositive().isLessThan((int) (to - from - 4));
            for (byte[] closed : List.of(hidden, covered, counted)) {
                assertThat(header(closed, from)).as(what + " leads nowhere").isIn(0, DocumentHeader.LENGTH);
            }
            long second = from + 4 + length; // all but what begins with the hole
            assertThat(part(hidden, second, to)).as(what).isNotEqualTo(part(left, second, to));
            assertThat(part(covered, second, to)).as(what + " is covered").isEqualTo(part(left, second, to));
            assertThat(part(opened, from, to))
                    .as(what + " is open on the device")
                    .isEqualTo(part(left, from, to));
        }
        assertThat(words(hidden)).isEqualTo(words(lost));
        assertThat(words(covered)).isEqualTo(words(lost));
        assertThat(words(counted)).isNotEqualTo(words(lost));
        assertThat(words(opened)).isEqualTo(words(counted));
        assertThat(part(opened, at[0], at[EVENTS]))
                .as("after the last sync only what the file says of itself changes")
                .isEqualTo(part(left, at[0], at[EVENTS]));
        assertThat(part(counted, at[0], at[EVENTS]))
                .as("nothing is opened with the count")
                .isEqualTo(part(covered, at[0], at[EVENTS]));
    }

    private byte[] words(byte[] file) {
        return part(file, wordsAt, wordsAt + WORDS);
    }

    private void lose(long... events) throws IOException {
        Recording.lose(path, events);
    }

    /** The page of the header is as it was when that was the last event. */
    private void lastIs(int event) throws IOException {
        try (CycleFile file = CycleFile.tryOpen(path, 0);
                RandomAccessFile out = new RandomAccessFile(path.toFile(), "rw")) {
            CycleWords.setLast(out, file, at[event], event + 1);
        }
    }

    @Test
    void holesAreOpenedOnceAllElseIsOnTheDevice() throws IOException {
        lose(10, 12, SPACING + 7, SPACING + 9);
        lastIs(SPACING + 9);
        stepsInOrder(JournalWithHoles.used(path), new long[] {10, 12}, new long[] {SPACING + 7, SPACING + 9});
    }

    @Test
    void whatLiesBehindTheLastDocumentLikewise() throws IOException {
        lose(10, 12, EVENTS - 3, EVENTS - 1);
        stepsInOrder(JournalWithHoles.used(path), new long[] {10, 12}, new long[] {EVENTS - 3, EVENTS - 1});
    }

    /** A process that is killed between two writes leaves the one and not the other. */
    @Test
    void bothWordsOfTheLastDocumentAreOneWriteAndTheIndexComesBefore() throws IOException {
        lose(EVENTS - 3, EVENTS - 1);
        List<String> writes = new ArrayList<>();
        long indexAt;
        try (CycleFile file = CycleFile.tryOpen(path, 0);
                RandomAccessFile out = recording(writes)) {
            indexAt = file.index().lastIndexAt();
            Fillers behind = Fillers.behind(file, at[EVENTS - 3], EVENTS - 3);
            assertThat(behind).isNotNull();
            assertThat(behind.count(out)).isTrue();
        }
        assertThat(writes).containsExactly(indexAt + " " + Long.BYTES, wordsAt + " " + WORDS);
    }

    /** Writes down where it writes how many bytes at once. */
    private RandomAccessFile recording(List<String> writes) throws IOException {
        return new RandomAccessFile(path.toFile(), "rw") {
            @Override
            public void write(int value) throws IOException {
                writes.add(getFilePointer() + " 1");
                super.write(value);
            }

            @Override
            public void write(byte[] bytes) throws IOException {
                writes.add(getFilePointer() + " " + bytes.length);
                super.write(bytes);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                writes.add(getFilePointer() + " " + length);
                super.write(bytes, from, length);
            }
        };
    }
}

package io.sightlog.timeline;

import static io.sightlog.timeline.TimelineJournal.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.Seeds;
import io.sightlog.journal.Roll;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of an index may hold anything: they are refused, or read as they are, and nothing else happens. */
@Tag("slow")
class HostileIndexTest {
    private static final String NAME = "20251130-2300.cycle";
    private static final int BLOCK_BYTES = 40;
    private static final int[] ODD = {
        0, 1, -1, 2, 127, 255, 4096, 65_536, 1 << 24, Integer.MAX_VALUE, Integer.MIN_VALUE, Integer.MAX_VALUE - 7
    };

    @TempDir
    Path temp;

    private Random random;
    private IndexFiles files;
    private Path file;
    private byte[] sound;
    private IndexHead head;
    private List<String> content;

    @BeforeEach
    void make() throws IOException {
        random = new Random(Seeds.of(getClass()));
        try (TimelineJournal journal = new TimelineJournal(temp.resolve("j"), Roll.MINUTELY, random)) {
            journal.fill(150, 70 * SECOND);
            try (Timeline timeline = new Timeline(journal.journal)) {
                timeline.refresh(() -> false);
            }
            files = new IndexFiles(journal.journal.timelineFiles(null));
            file = files.folder.folder().resolve(NAME);
            sound = Files.readAllBytes(file);
            head = files.head(NAME);
            content = read();
        }
        assertThat(content).hasSizeGreaterThan(100);
    }

    /** All that is in it, as lines; a failure is an {@link IOException} and nothing else. */
    private List<String> read() throws IOException {
        List<String> lines = new ArrayList<>();
        IndexHead now = files.head(NAME);
        for (int level : now.levels()) {
            for (boolean withSteps : new boolean[] {false, true}) {
                IndexFiles fresh = new IndexFiles(files.folder); // heads that were read before are not looked at again
                Part.Filed part = Part.Filed.of(NAME, now, null);
                fresh.read(part, level, 0, Long.MAX_VALUE, new IndexFiles.Scratch(), new Cells() {
                    @Override
                    public void begin(List<Key> keys) {
                        keys.forEach(key -> lines.add(key.toString()));
                    }

                    @Override
                    public boolean wants(int series) {
                        return true;
                    }

                    @Override
                    public boolean wantsSteps() {
                        return withSteps;
                    }

                    @Override
                    public void cell(int series, long second, long count, int highest, long @Nullable [] steps) {
                        lines.add(series + " " + second + " " + count + " " + highest + Arrays.toString(steps));
                        assertThat(lines).hasSizeLessThan(1_000_000);
                    }
                });
            }
        }
        return lines;
    }

    private static void crc(byte[] bytes, int headBytes) {
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(0, Block.crc(bytes, 4, headBytes - 4));
    }

    /** Makes the checksums of blocks and head right again. */
    private byte[] sealed(byte[] bytes) {
        ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int at = head.headBytes() - BLOCK_BYTES * head.blocks().size();
        for (Block block : head.blocks()) {
            int from = (int) (head.headBytes() + block.offset());
            all.putInt(at + 20, Block.crc(bytes, from, block.plainBytes()));
            all.putInt(at + 24, Block.crc(bytes, from + block.plainBytes(), block.stepBytes()));
            at += BLOCK_BYTES;
        }
        crc(bytes, head.headBytes());
        return bytes;
    }

    @Test
    void everyByteThatIsDamagedIsTold() throws IOException {
        for (int i = 0; i < sound.length; i++) {
            byte[] damaged = sound.clone();
            damaged[i] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, damaged);
            try {
                assertThat(read()).as("byte " + i).isEqualTo(content);
                assertThat(i).as("a byte that does not matter").isNegative();
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void everyLengthIsTold() throws IOException {
        for (int length = 0; length < sound.length; length++) {
            Files.write(file, Arrays.copyOf(sound, length));
            try {
                read();
                assertThat(length).as("a file that was cut and is read").isNegative();
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void whoeverMakesChecksumsRightGetsCountsOrARefusalAndNothingElse() throws IOException {
        int refused = 0;
        int reads = 0;
        for (int i = 4; i < sound.length; i++) {
            byte[] forged = sound.clone();
            forged[i] = (byte) random.nextInt(256);
            Files.write(file, sealed(forged));
            try {
                read();
                reads++;
            } catch (IOException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
        assertThat(reads).isPositive();
    }

    @Test
    void oddNumbersInTheHeadAreRefusedOrDoNoHarm() throws IOException {
        for (int i = 4; i + 4 <= head.headBytes(); i++) {
            for (int odd : new int[] {ODD[random.nextInt(ODD.length)], ODD[random.nextInt(ODD.length)]}) {
                byte[] forged = sound.clone();
                ByteBuffer.wrap(forged).order(ByteOrder.LITTLE_ENDIAN).putInt(i, odd);
                crc(forged, head.headBytes());
                Files.write(file, forged);
                try {
                    read();
                } catch (IOException e) {
                    assertThat(e.getMessage()).isNotBlank();
                }
            }
        }
    }

    @Test
    void anythingElseInItsPlaceIsRefused() throws IOException {
        Files.delete(file);
        Files.createDirectory(file);
        assertThat(isRefused()).isTrue();
        Files.delete(file);
        Files.createSymbolicLink(file, Files.write(temp.resolve("elsewhere"), sound));
        assertThat(isRefused()).isTrue();
        Files.delete(file);
        byte[] rubbish = new byte[10_000];
        random.nextBytes(rubbish);
        Files.write(file, rubbish);
        assertThat(isRefused()).isTrue();
    }

    private boolean isRefused() {
        try {
            read();
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}

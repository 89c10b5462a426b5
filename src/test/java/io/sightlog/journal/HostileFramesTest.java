package io.sightlog.journal;

import static io.sightlog.journal.FrameJournal.picture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.Seeds;
import io.sightlog.event.JournalId;
import io.sightlog.event.KeptFrame;
import io.sightlog.inspect.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of frames, and events that point into them, from whoever meant harm: the right picture, not here, or damage. */
@Timeout(120)
class HostileFramesTest {
    @TempDir
    Path temp;

    private FrameJournal journal;
    private KeptFrame first;
    private KeptFrame second;

    @BeforeEach
    void fill() {
        journal = new FrameJournal(temp.resolve("q"));
        try (JournalWriter writer = journal.journal().writer()) {
            FrameWriter frames = journal.frames(writer, 1 << 20);
            first = journal.append(writer, frames, 300, 1);
            second = journal.append(writer, frames, 300, 2);
        }
    }

    private byte @Nullable [] read(KeptFrame frame) {
        try (FrameReader frames = journal.journal().frames()) {
            return frames.read(frame);
        }
    }

    private KeptFrame pointing(KeptFrame like, long offset, int bytes, int crc) {
        return new KeptFrame(like.journal(), like.producer(), like.file(), offset, bytes, crc, 1, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 8, 63, 64, 72, 79, 81, 88, 396, Long.MAX_VALUE, Long.MAX_VALUE - 299, 1L << 62})
    void anOffsetAtWhichNoPictureBeginsIsDamage(long offset) {
        assertThatThrownBy(() -> read(pointing(first, offset, 300, first.crc32c())))
                .isInstanceOf(FrameDamageException.class)
                .hasMessageContaining(journal.file(first).toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 299, 301, 316, 10_000, 64 << 20, (64 << 20) + 1, Integer.MAX_VALUE})
    void aSizeThatIsNotThatOfThePictureIsDamage(int bytes) {
        assertThatThrownBy(() -> read(pointing(first, first.offset(), bytes, first.crc32c())))
                .isInstanceOf(FrameDamageException.class);
    }

    @Test
    void anotherPicturesChecksumIsDamage() {
        assertThatThrownBy(() -> read(pointing(first, first.offset(), 300, second.crc32c())))
                .isInstanceOf(FrameDamageException.class)
                .hasMessageContaining("another picture is at byte 80");
        assertThatThrownBy(() -> read(pointing(first, second.offset(), 300, first.crc32c())))
                .isInstanceOf(FrameDamageException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 99_999_999, 100_000_000, Long.MAX_VALUE})
    void aFileThatIsNotThereIsNotHere(long file) {
        assertThat(read(new KeptFrame(first.journal(), first.producer(), file, 80, 300, 0, 1, 0, 0)))
                .isNull();
        assertThat(read(new KeptFrame(new JournalId(-1, -1), first.producer(), file, 80, 300, 0, 1, 0, 0)))
                .isNull();
    }

    /** A whole picture beside the journal, to which links in its folder lead, must not be found. */
    @Test
    void linksAreNotFollowed() throws IOException {
        Path file = journal.file(first);
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Path folder = file.getParent();
        for (Path link : new Path[] {file, folder, journal.directory.resolve("frames")}) {
            Path moved = outside.resolve(link.getFileName());
            Files.move(link, moved);
            Files.createSymbolicLink(link, moved);
            assertThatThrownBy(() -> read(first))
                    .as("%s", link)
                    .isInstanceOf(FrameDamageException.class)
                    .hasMessageContaining("it is a link, or no file");
            Files.delete(link);
            Files.move(moved, link);
            assertThat(read(first)).isEqualTo(picture(300, 1));
        }
    }

    @Test
    void thePathOfTheJournalMayBeALink() throws IOException {
        Path link = Files.createSymbolicLink(temp.resolve("link"), journal.directory);
        try (FrameReader frames = Journal.open(link).frames()) {
            assertThat(frames.read(first)).isEqualTo(picture(300, 1));
        }
    }

    @Test
    void aPipeOrFolderInPlaceOfAFileIsDamageAndNobodyWaitsForIt() throws Exception {
        Path file = journal.file(first);
        Files.delete(file);
        Files.createDirectory(file);
        assertThatThrownBy(() -> read(first)).isInstanceOf(FrameDamageException.class);
        Files.delete(file);
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
        assertThatThrownBy(() -> read(first)).isInstanceOf(FrameDamageException.class);
        assertThat(journal.journal().frameStatus().problems()).hasSize(1);
        Files.delete(file);
        Files.delete(file.getParent());
        Files.createFile(file.getParent());
        assertThatThrownBy(() -> read(first)).isInstanceOf(FrameDamageException.class);
    }

    @Test
    void anyByteThatIsChangedIsFoundWhereItMatters() throws IOException {
        Path file = journal.file(first);
        byte[] sound = Files.readAllBytes(file);
        int unnoticed = 0;
        for (int at = 0; at < sound.length; at++) {
            byte[] changed = sound.clone();
            changed[at] ^= (byte) (1 << at % 8);
            Files.write(file, changed);
            for (KeptFrame frame : new KeptFrame[] {first, second}) {
                int seed = frame == first ? 1 : 2;
                long from = frame.offset() - 16;
                boolean isOfPicture = at >= from && at < from + 16 + 300;
                boolean isTime = at >= from + 8 && at < from + 16;
                try {
                    assertThat(read(frame)).as("byte %d", at).isEqualTo(picture(300, seed));
                    assertThat(at >= 40 && (!isOfPicture || isTime))
                            .as("byte %d unnoticed", at)
                            .isTrue();
                    unnoticed++;
                } catch (FrameDamageException e) {
                    assertThat(at < 40 || isOfPicture).as("byte %d noticed", at).isTrue();
                }
            }
            assertThat(journal.journal().frameStatus().problems())
                    .as("byte %d", at)
                    .hasSize(at < 48 ? 1 : 0);
        }
        assertThat(unnoticed).isBetween(sound.length, sound.length + 100);
    }

    @Test
    void anyLengthThatItIsCutToIsFound() throws IOException {
        Path file = journal.file(first);
        byte[] sound = Files.readAllBytes(file);
        for (int length = 0; length < second.offset() + 300; length++) {
            Files.write(file, Arrays.copyOf(sound, length));
            assertThatThrownBy(() -> read(second)).isInstanceOf(FrameDamageException.class);
            if (length >= first.offset() + 300) {
                assertThat(read(first)).isEqualTo(picture(300, 1));
            }
        }
    }

    @Test
    void randomBytesAreNeverAPicture() throws IOException {
        Random random = new Random(Seeds.of(HostileFramesTest.class));
        Path file = journal.file(first);
        byte[] header = Arrays.copyOf(Files.readAllBytes(file), 64);
        for (int round = 0; round < 500; round++) {
            byte[] noise = new byte[64 + random.nextInt(2000)];
            random.nextBytes(noise);
            if (random.nextBoolean()) {
                System.arraycopy(header, 0, noise, 0, 64);
            }
            Files.write(file, noise);
            assertThatThrownBy(() -> read(first)).isInstanceOf(FrameDamageException.class);
            journal.journal().frameStatus();
            journal.journal().retention().plan(Retention.Policy.KEEP_ALL);
            Verification verification = new Verification(journal.journal(), null, null, finding -> {}, bytes -> {});
            verification.run();
            assertThat(verification.frames()).isZero();
            assertThat(verification.damages()).isPositive();
        }
    }

    @Test
    void aReaderThatIsInterruptedGoesOn() {
        try (FrameReader frames = journal.journal().frames()) {
            assertThat(frames.read(first)).isEqualTo(picture(300, 1));
            Thread.currentThread().interrupt();
            assertThat(frames.read(second)).isEqualTo(picture(300, 2));
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aWriterThatIsInterruptedGoesOn() {
        try (JournalWriter writer = journal.journal().writer()) {
            FrameWriter frames = journal.frames(writer, 500);
            for (int i = 3; i < 9; i++) {
                Thread.currentThread().interrupt();
                journal.append(writer, frames, 300, i);
                assertThat(Thread.interrupted()).isTrue();
            }
        }
        assertThat(journal.pictures()).hasSize(8);
    }
}

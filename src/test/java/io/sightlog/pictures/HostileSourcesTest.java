package io.sightlog.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.capture.Ffmpeg;
import io.sightlog.event.EventDraft;
import io.sightlog.event.KeptFrame;
import io.sightlog.journal.ForeignPrograms;
import io.sightlog.journal.Journal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a journal names, and whatever lies there: a picture, or one line that says why there is none. */
@Tag("slow")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class HostileSourcesTest {
    private static final long HUGE = 20L << 30;
    private static final Duration LIMIT = Duration.ofSeconds(2);

    @TempDir
    Path folder;

    private Journal journal;
    private EventPictures pictures;

    @BeforeEach
    void open() throws IOException {
        journal = Journal.open(folder.resolve("q"));
        pictures = new EventPictures(
                journal, new SourceGate(List.of()), "", Duration.ofSeconds(10), LIMIT, Duration.ofMinutes(1));
    }

    @AfterEach
    void close() {
        assertThat(pictures.turns().availablePermits())
                .as("nothing is being made any more")
                .isEqualTo(2);
        assertThat(pictures.idleVideos()).as("nothing of it stays open").isZero();
        pictures.close();
        journal.close();
    }

    /** At its beginning and later on, with a digest and without. */
    private void assertNone(Object source, String why) {
        for (long digest : new long[] {0, 7}) {
            assertNone(Scene.frame(source.toString()).digest(digest), why);
            assertNone(Scene.frame(source.toString()).digest(digest).frame(1000, 40_000_000_000L), why);
        }
    }

    private void assertNone(EventDraft draft, String why) {
        assertThatThrownBy(() -> pictures.jpeg(Scene.lasting(draft), 1000, true))
                .as("%s", why)
                .isInstanceOf(UndrawableException.class)
                .hasMessageContaining(why)
                .message()
                .satisfies(text -> assertThat(text.length()).isLessThan(1000))
                .doesNotContainPattern("\\p{Cntrl}");
    }

    private Path sparse(String name, byte... head) throws IOException {
        Path file = folder.resolve(name);
        try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
            made.write(head);
            made.setLength(HUGE);
        }
        return file;
    }

    @Test
    void filesThatAreHuge() throws Exception {
        byte[] png = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
        assertNone(sparse("a.png", png), "the file has " + HUGE + " bytes, the limit is ");
        for (String name :
                List.of("zeros.mp4", "zeros.ts", "zeros.avi", "zeros.mkv", "zeros.mjpg", "zeros", "zeros.h264")) {
            assertNone(sparse(name), "its source ");
        }
    }

    @Test
    void aVideoWithAHugeHoleInIt() throws Exception {
        Ffmpeg.need();
        for (String name : List.of("a.ts", "a.avi", "a.mjpg", "a.mkv")) {
            String codec = name.endsWith("mjpg") || name.endsWith("avi") ? "mjpeg" : "libx264";
            Path file = Ffmpeg.make(folder.resolve(name), 1, 0, "-c:v", codec);
            try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
                opened.setLength(HUGE);
            }
            assertNone(Scene.frame(file).frame(1000, 40_000_000_000L).digest(7), "its source ");
            assertNone(Scene.frame(file).frame(1000, 40_000_000_000L), "its source ");
        }
    }

    @Test
    void whatIsNoRegularFile() throws Exception {
        assertNone("/dev/zero", "its source is not a regular file");
        assertNone("/dev/stdin", "its source "); // of a pipe it is gone
        assertNone(folder, "its source is not a regular file");
        assertNone("/proc/self/mem", "its source ");
        assertNone("/proc/kmsg", "its source ");
        assertNone("relative.png", "its source is not an absolute path");
        assertNone("", "its event names no source");
        assertNone("/a\0b.png", "its source is not a path");
        assertNone("http://user:secret@host/a.jpg", "its source cannot be read a second time: http://...@host/a.jpg");
        assertNone("concat:/etc/passwd|/etc/hosts", "its source cannot be read a second time");
        assertNone("/" + "x".repeat(60_000), "its source ");
        ForeignPrograms.need("mkfifo");
        Path fifo = folder.resolve("fifo.mp4");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        assertNone(fifo, "its source is not a regular file");
        Path link = Files.createSymbolicLink(folder.resolve("link.mp4"), fifo);
        assertNone(link, "its source is not a regular file");
        Path circle = Files.createSymbolicLink(folder.resolve("circle.png"), folder.resolve("circle.png"));
        assertNone(circle, "its source is gone");
    }

    @Test
    void linksOutOfTheRoots() throws Exception {
        Path inside = Files.createDirectory(folder.resolve("in"));
        Path outside = Scene.picture(folder.resolve("secret.png"), 8, 8);
        Path link = Files.createSymbolicLink(inside.resolve("link.png"), outside);
        Path linked = Files.createSymbolicLink(inside.resolve("folder"), folder).resolve("secret.png");
        pictures.close();
        pictures = new EventPictures(journal, new SourceGate(List.of(inside)));
        for (Object source : List.of(outside, link, linked, inside + "/../secret.png", "/etc/passwd")) {
            assertNone(source, "its source lies outside the source roots");
        }
    }

    @Test
    void textsUnderAnyName() throws Exception {
        for (String name : List.of("a.png", "a.jpg", "a.mp4", "a.ts", "a.avi", "a.mjpg", "a.gif", "a")) {
            Path text = Files.writeString(folder.resolve(name), "#EXTM3U\n#EXTINF:1,\nfile:/etc/passwd\n");
            assertNone(text, "its source ");
            Path empty = Files.write(folder.resolve("empty-" + name), new byte[0]);
            assertNone(empty, "its source ");
        }
    }

    @Test
    void picturesAndVideosThatEndEarly() throws Exception {
        Ffmpeg.need();
        for (String name : List.of("a.mp4", "a.avi", "a.mkv", "a.gif", "a.apng")) {
            Path whole = Ffmpeg.make(folder.resolve(name), 2, 0);
            byte[] bytes = Files.readAllBytes(whole);
            for (int kept : new int[] {1, 40, 400, bytes.length / 2}) {
                Path cut = Files.write(folder.resolve(kept + name), Arrays.copyOf(bytes, kept));
                assertNone(Scene.frame(cut).frame(49, 1_960_000_000L).digest(7), "its source ");
            }
        }
        byte[] picture = Files.readAllBytes(Scene.picture(folder.resolve("b.png"), 64, 48));
        assertNone(Files.write(folder.resolve("cut.png"), Arrays.copyOf(picture, 60)), "its source ");
    }

    @Test
    void aPictureThatSaysItIsAbsurdlyLarge() throws Exception {
        assertNone(Scene.frame(Files.write(folder.resolve("a.png"), absurd())), "too large: 100000x100000 pixels");
    }

    /** The header of a PNG of 10,000,000,000 pixels. */
    private static byte[] absurd() {
        ByteBuffer png = ByteBuffer.allocate(57);
        png.put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        png.putInt(13).put("IHDR".getBytes(StandardCharsets.US_ASCII));
        png.putInt(100_000).putInt(100_000).put(new byte[] {8, 2, 0, 0, 0});
        CRC32 crc = new CRC32();
        crc.update(png.array(), 12, 17);
        png.putInt((int) crc.getValue());
        png.putInt(0).put("IDAT".getBytes(StandardCharsets.US_ASCII)).putInt(0x35AF061E);
        png.putInt(0).put("IEND".getBytes(StandardCharsets.US_ASCII));
        return png.putInt(0xAE426082).array();
    }

    @Test
    void keptPicturesThatAreNone() throws Exception {
        byte[] text = "\u00ff\u00d8\u00ff not a JPEG".getBytes(StandardCharsets.ISO_8859_1);
        for (byte[] bytes : List.of(absurd(), text, new byte[100], "GIF89a".getBytes(StandardCharsets.US_ASCII))) {
            KeptFrame kept = KeptScene.keep(folder.resolve("q"), ByteBuffer.wrap(bytes), 320, 240);
            assertNone(KeptScene.live(kept), "it is a camera, and its kept picture cannot be read: ");
            assertThatThrownBy(() -> pictures.jpeg(Scene.lasting(KeptScene.live(kept)), 10_000, false))
                    .hasMessageContaining("its kept picture cannot be read: ");
        }
        KeptFrame beyond = new KeptFrame(
                KeptScene.keep(folder.resolve("q"), 32, 24).journal(),
                9,
                0,
                Long.MAX_VALUE - 8,
                Integer.MAX_VALUE,
                1,
                1,
                0,
                0);
        assertNone(KeptScene.live(beyond), "its picture is not beside this journal");
    }

    @Test
    void eventsWithAbsurdNumbers() throws Exception {
        Path picture = Scene.picture(folder.resolve("b.png"), 64, 48);
        for (long number : new long[] {Long.MAX_VALUE, 1L << 32}) {
            assertNone(Scene.frame(picture).frame(number, Long.MAX_VALUE), "it has no picture " + number);
        }
        Ffmpeg.need();
        Path video = Ffmpeg.make(folder.resolve("a.mp4"), 1, 0);
        assertNone(Scene.frame(video).frame(Long.MAX_VALUE, Long.MAX_VALUE).digest(7), "its source ");
        assertNone(Scene.frame(video).frame(Long.MAX_VALUE, Long.MAX_VALUE), "its source ");
    }
}

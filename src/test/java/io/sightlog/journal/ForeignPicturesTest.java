package io.sightlog.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.Seeds;
import io.sightlog.event.EventDraft;
import io.sightlog.event.JournalId;
import io.sightlog.event.KeptFrame;
import io.sightlog.journal.internal.frames.FrameLimits;
import io.sightlog.journal.internal.frames.FrameRoom;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pictures that Java keeps are read in C and Python, too, and what is wrong with one is told as Java tells it. */
@Tag("slow")
class ForeignPicturesTest {
    private static final long HOUR = 3_600_000_000_000L;
    private static final Roll ROLL = Roll.SECONDLY; // of which files are small
    private static final int PICTURE = 80; // where the first one begins
    private static final int BYTES = 1000; // that it has
    private static final int EMFILE = 24; // no further file can be opened

    private static final Map<String, String> TOLD = new LinkedHashMap<>();
    private static final List<Path> JOURNALS = new ArrayList<>();

    @TempDir
    static Path done;

    @TempDir
    Path temp;

    /** Something that is done to a journal in which one event has a picture. */
    private interface Deed {
        void to(Kept one) throws Exception;
    }

    /** A journal, and the file of its picture. */
    private record Kept(Path journal, Path file, KeptFrame frame) {
        void write(long at, byte[] bytes) throws IOException {
            try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
                out.seek(at);
                out.write(bytes);
            }
        }

        void flip(long at) throws IOException {
            try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
                out.seek(at);
                int bit = out.read() ^ 1;
                out.seek(at);
                out.write(bit);
            }
        }

        void cut(long bytes) throws IOException {
            try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
                out.setLength(bytes);
            }
        }

        /** Another value at a place in its header, with the checksum made right. */
        void header(int at, int value) throws IOException {
            ByteBuffer header = ByteBuffer.wrap(Files.readAllBytes(file), 0, 64).order(ByteOrder.LITTLE_ENDIAN);
            header.putInt(at, value);
            header.putInt(44, crc(header.array(), 0, 44));
            write(0, java.util.Arrays.copyOf(header.array(), 64));
        }

        /** Moves something away, and puts a link to it, which leads there, in its place. */
        void link(Path path) throws IOException {
            Path moved = journal.resolveSibling(journal.getFileName() + "-moved");
            Files.move(path, moved);
            Files.createSymbolicLink(path, moved);
        }
    }

    private static int crc(byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }

    private static byte[] picture(int bytes, int seed) {
        byte[] picture = new byte[bytes];
        new Random(seed).nextBytes(picture);
        return picture;
    }

    private static FrameWriter frames(JournalWriter writer, long fileBytes) {
        FrameWriter.Listener silent = new FrameWriter.Listener() {
            @Override
            public void stopped(String why) {
                throw new AssertionError(why);
            }

            @Override
            public void resumed(long notKept) {
                throw new AssertionError(notKept);
            }
        };
        return writer.frames(
                new FrameLimits(fileBytes, fileBytes),
                () -> new FrameRoom(Long.MAX_VALUE, 0),
                System::nanoTime,
                silent);
    }

    private static Kept journal(Path directory) {
        try (JournalWriter writer = Journal.open(directory).writer(ROLL)) {
            KeptFrame frame = Objects.requireNonNull(frames(writer, 1 << 20).write(picture(BYTES, 1), 64, 48, 7));
            writer.append(new EventDraft().capturedNanos(7).keptFrame(frame));
            return new Kept(directory, file(directory, frame), frame);
        }
    }

    private static Path file(Path directory, KeptFrame kept) {
        return directory
                .resolve("frames")
                .resolve(kept.journal().toString())
                .resolve(String.format("%016x-%08d.frames", kept.producer(), kept.file()));
    }

    @ParameterizedTest
    @EnumSource
    void picturesAreReadByteForByteAlsoWhileTheyAreWritten(PictureLanguage language) throws Exception {
        Path directory = temp.resolve("q");
        AtomicLong now = new AtomicLong(1_700_001_000_000_000_000L);
        List<String> expected = new ArrayList<>();
        Journal journal = Journal.open(directory, now::get);
        try (JournalWriter writer = journal.writer()) {
            FrameWriter frames = frames(writer, 1 << 20);
            EventDraft draft = new EventDraft();
            EventBatch batch = new EventBatch();
            for (int i = 0; i < 40; i++) {
                byte[] picture = picture(i == 20 ? 700_000 : 1 + 997 * i, i);
                KeptFrame kept = i % 5 == 4 ? null : frames.write(picture, 640, 480, now.get());
                draft.clear().capturedNanos(now.get()).keptFrame(kept);
                expected.add(kept == null ? "none" : "picture " + HexFormat.of().formatHex(picture));
                if (i >= 30) {
                    batch.add(draft);
                } else {
                    writer.append(draft);
                }
                now.addAndGet(HOUR / 10);
            }
            writer.append(batch);
            assertThat(what(language.read(List.of(directory)))).containsExactlyElementsOf(expected);
        }
        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(files.filter(file -> file.toString().endsWith(".frames")).count())
                    .as("files of kept frames")
                    .isGreaterThan(1);
        }
        assertThat(language.read(List.of(directory)))
                .as("positions, too")
                .isEqualTo(PictureLanguage.JAVA.read(List.of(directory)));
        Path copy = temp.resolve("copy");
        GoldenTest.copy(directory, copy);
        GoldenTest.delete(directory);
        assertThat(what(language.read(List.of(copy)))).as("a copy").containsExactlyElementsOf(expected);
    }

    /** The last words of its lines. */
    private static List<String> what(List<String> lines) {
        return lines.stream().map(line -> line.split(" ", 3)[2]).toList();
    }

    private static Map<String, Deed> absent() {
        Map<String, Deed> deeds = new LinkedHashMap<>();
        deeds.put("no file", one -> Files.delete(one.file));
        deeds.put("no folder", one -> GoldenTest.delete(one.file.getParent()));
        deeds.put("no folders", one -> GoldenTest.delete(one.journal.resolve("frames")));
        deeds.put("file", one -> section(one, 24, 1));
        deeds.put("largest file", one -> section(one, 24, Long.MAX_VALUE));
        deeds.put("producer", one -> section(one, 16, -1));
        deeds.put("journal", one -> section(one, 8, 1));
        deeds.put("cut, of another journal", one -> {
            one.cut(PICTURE + BYTES - 1);
            id(one, "1".repeat(32) + "\n");
        });
        deeds.put("zeros, of another journal", one -> {
            one.write(64, new byte[BYTES]);
            id(one, "1".repeat(32) + "\n");
        });
        deeds.put("cut, of a journal without an id", one -> {
            one.cut(64);
            Files.delete(one.journal.resolve("sightlog.id"));
        });
        return deeds;
    }

    private static Map<String, Deed> damaged() {
        Map<String, Deed> deeds = new LinkedHashMap<>();
        for (int bytes : new int[] {0, 1, 63, 64, PICTURE - 1, PICTURE, PICTURE + BYTES - 1}) {
            deeds.put("cut to " + bytes, one -> one.cut(bytes));
        }
        for (int at : new int[] {0, 4, 8, 23, 24, 32, 64, 68, PICTURE, PICTURE + BYTES - 1}) {
            deeds.put("a bit at " + at, one -> one.flip(at));
        }
        deeds.put("zeros", one -> one.write(64, new byte[BYTES]));
        deeds.put("cut, of who knows which journal", one -> {
            one.cut(64);
            id(one, "1\n");
        });
        deeds.put("a bit, of another journal", one -> {
            one.flip(PICTURE);
            id(one, "1".repeat(32) + "\n");
        });
        deeds.put("another beginning", one -> one.header(0, 77));
        deeds.put("another id in its header", one -> one.header(8, 77));
        deeds.put("another producer in its header", one -> one.header(24, 77));
        deeds.put("another file in its header", one -> one.header(32, 77));
        deeds.put("a link for the file", one -> one.link(one.file));
        deeds.put("a link for its folder", one -> one.link(one.file.getParent()));
        deeds.put("a link for frames", one -> one.link(one.journal.resolve("frames")));
        deeds.put("a link to nothing", one -> {
            Files.delete(one.file);
            Files.createSymbolicLink(one.file, Path.of("nothing"));
        });
        deeds.put("a folder for the file", one -> {
            Files.delete(one.file);
            Files.createDirectory(one.file);
        });
        deeds.put("a file for its folder", one -> {
            GoldenTest.delete(one.file.getParent());
            Files.createFile(one.file.getParent());
        });
        deeds.put("a file for frames", one -> {
            GoldenTest.delete(one.journal.resolve("frames"));
            Files.createFile(one.journal.resolve("frames"));
        });
        deeds.put("a pipe", one -> {
            Files.delete(one.file);
            assertThat(new ProcessBuilder("mkfifo", one.file.toString()).start().waitFor())
                    .isZero();
        });
        for (long offset :
                new long[] {0, 8, 64, 72, PICTURE + 1, PICTURE + 8, Long.MAX_VALUE, Long.MAX_VALUE - BYTES}) {
            deeds.put("offset " + offset, one -> section(one, 32, offset));
        }
        deeds.put("an offset below 0", one -> section(one, 32, -8));
        deeds.put("a file below 0", one -> section(one, 24, -1));
        deeds.put("no producer", one -> section(one, 16, 0));
        for (int bytes : new int[] {Integer.MIN_VALUE, -1, 0, 1, BYTES - 1, BYTES + 1, Integer.MAX_VALUE}) {
            deeds.put(bytes + " bytes", one -> size(one, bytes));
        }
        deeds.put(
                "a large file that says so",
                one -> { // sparse
                    one.cut(5L << 30);
                    size(one, Integer.MAX_VALUE);
                });
        deeds.put("more than there may be", one -> {
            one.cut((64 << 20) + 4096);
            forge(one, PICTURE, (64 << 20) + 1);
        });
        for (int at : new int[] {72, PICTURE + 1}) { // all of it sound, but for the place
            deeds.put("a picture at " + at, one -> {
                one.write(at, picture(BYTES, 1));
                forge(one, at, BYTES);
            });
        }
        return deeds;
    }

    private static Map<String, Deed> sound() {
        Map<String, Deed> deeds = new LinkedHashMap<>();
        deeds.put("nothing", one -> {});
        deeds.put("when it was taken", one -> one.flip(72));
        deeds.put("its last cycle", one -> one.flip(40));
        deeds.put("the checksum of its header", one -> one.flip(44));
        deeds.put("past it", one -> one.flip(PICTURE + BYTES));
        deeds.put("a later cycle", one -> one.header(40, Integer.MAX_VALUE));
        deeds.put("no padding", one -> one.cut(PICTURE + BYTES));
        deeds.put("another format", one -> section(one, 48, 77));
        deeds.put("a link to the journal", one -> one.link(one.journal));
        return deeds;
    }

    /** By what was done to it: a journal, and what is to be told. Made once: nobody writes to them. */
    @BeforeAll
    static void doThem() throws Exception {
        String sound = "picture " + HexFormat.of().formatHex(picture(BYTES, 1));
        for (Map.Entry<String, Deed> deed : absent().entrySet()) {
            doIt(deed.getKey(), deed.getValue(), "absent");
        }
        for (Map.Entry<String, Deed> deed : damaged().entrySet()) {
            doIt(deed.getKey(), deed.getValue(), "damaged");
        }
        for (Map.Entry<String, Deed> deed : sound().entrySet()) {
            doIt(deed.getKey(), deed.getValue(), sound);
        }
        doIt("a newer version", one -> one.header(4, 2), "newer");
    }

    private static void doIt(String name, Deed deed, String told) throws Exception {
        Kept one = journal(done.resolve("j" + TOLD.size()));
        deed.to(one);
        assertThat(TOLD.put(name, told)).as(name).isNull();
        JOURNALS.add(one.journal);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrongWithAPictureIsTold(PictureLanguage language) throws Exception {
        List<String> told = what(language.read(JOURNALS));
        assertThat(told).hasSameSizeAs(TOLD.keySet());
        Map<String, String> actual = new LinkedHashMap<>();
        TOLD.keySet().forEach(deed -> actual.put(deed, told.get(actual.size())));
        Map<String, String> expected = new LinkedHashMap<>(TOLD);
        if (language == PictureLanguage.JAVA) {
            expected.replaceAll((deed, what) -> what.equals("newer") ? "damaged" : what);
        }
        assertThat(actual).isEqualTo(expected);
    }

    /** Puts another number into the section of the event. */
    private static void section(Kept one, int at, long value) throws IOException {
        patch(one, section -> section.putLong(at, value));
    }

    private static void size(Kept one, int bytes) throws IOException {
        patch(one, section -> section.putInt(40, bytes));
    }

    private static void id(Kept one, String text) throws IOException {
        Files.writeString(one.journal.resolve("sightlog.id"), text);
    }

    /** Makes a record of what is there, and the event point at it. */
    private static void forge(Kept one, int at, int bytes) throws IOException {
        byte[] all = Files.readAllBytes(one.file);
        int crc = crc(all, at, at + bytes);
        one.write(
                at - 16,
                ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(bytes)
                        .putInt(crc)
                        .array());
        patch(one, section -> section.putLong(32, at).putInt(40, bytes).putInt(44, crc));
    }

    private interface Patch {
        void in(ByteBuffer section);
    }

    /** Changes the section where it lies, and makes the checksum of the event right, as who forges one does. */
    private static void patch(Kept one, Patch patch) throws IOException {
        Path file;
        try (Stream<Path> files = Files.list(one.journal)) {
            file = files.filter(name -> name.toString().endsWith(".cq4"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] all = Files.readAllBytes(file);
        ByteBuffer bytes = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        byte[] id = HexFormat.of().parseHex(one.frame.journal().toString());
        int event = find(all, "SLOG".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0) - 4;
        int section = find(all, id, event);
        patch.in(bytes.slice(section, 64).order(ByteOrder.LITTLE_ENDIAN));
        bytes.putInt(event, crc(all, event + 4, event + bytes.getInt(event + 12)));
        Files.write(file, all);
    }

    private static int find(byte[] all, byte[] part, int from) {
        for (int at = from; at + part.length <= all.length; at++) {
            if (java.util.Arrays.equals(all, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        throw new AssertionError("it is not there");
    }

    /** Events alone point at what is beside another journal, also when this one keeps pictures itself. */
    @ParameterizedTest
    @EnumSource
    void whatIsBesideAnotherJournalIsNotHere(PictureLanguage language) throws Exception {
        Kept one = journal(temp.resolve("one"));
        Path other = temp.resolve("other");
        try (JournalWriter writer = Journal.open(other).writer();
                JournalReader reader = Journal.open(one.journal).reader()) {
            KeptFrame own = frames(writer, 1 << 20).write(picture(BYTES, 2), 64, 48, 7);
            assertThat(reader.next()).isTrue();
            writer.append(reader.event(), true);
            writer.append(new EventDraft().capturedNanos(7).keptFrame(own));
        }
        assertThat(what(language.read(List.of(other))))
                .containsExactly("absent", "picture " + HexFormat.of().formatHex(picture(BYTES, 2)));
    }

    /** Any numbers that Java writes, of files that are there and such that are not. */
    @Test
    void whateverAnEventAndAFileSayAllLanguagesSayTheSame() throws Exception {
        ForeignPrograms.need("gcc");
        ForeignPrograms.need("python3");
        Random random = new Random(Seeds.of(ForeignPicturesTest.class));
        List<Path> journals = new ArrayList<>();
        for (int i = 0; i < (Boolean.getBoolean("sightlog.long") ? 2_000 : 25); i++) {
            Kept one = journal(temp.resolve("r" + i));
            JournalId id = one.frame.journal();
            try (JournalWriter writer = Journal.open(one.journal).writer(ROLL)) {
                for (int event = 0; event < 20; event++) {
                    writer.append(new EventDraft().capturedNanos(0).keptFrame(any(one.frame, id, random)));
                }
            }
            for (int flips = random.nextInt(3); flips > 0; flips--) {
                one.flip(random.nextInt(4) == 0 ? random.nextInt(PICTURE + BYTES) : random.nextInt(PICTURE));
            }
            if (random.nextInt(4) == 0) {
                one.cut(random.nextInt(PICTURE + BYTES + 16));
            }
            journals.add(one.journal);
        }
        List<String> java = PictureLanguage.JAVA.read(journals);
        assertThat(what(java))
                .as("each kind is among them")
                .contains("absent", "damaged")
                .anyMatch(word -> word.startsWith("picture "));
        assertThat(PictureLanguage.C.read(journals)).isEqualTo(java);
        assertThat(PictureLanguage.PYTHON.read(journals)).isEqualTo(java);
    }

    private static KeptFrame any(KeptFrame sound, JournalId id, Random random) {
        int what = random.nextInt(10);
        long offset = what == 0 ? random.nextLong() >>> random.nextInt(1, 64) : sound.offset();
        int bytes = what == 1 ? 1 + (random.nextInt() >>> random.nextInt(2, 32)) : sound.bytes();
        long file = what == 2 ? random.nextLong() >>> random.nextInt(1, 64) : sound.file();
        long producer = what == 3 ? random.nextLong() | 1 : sound.producer();
        int crc = what == 4 ? random.nextInt() : sound.crc32c();
        return new KeptFrame(id, producer, file, offset, bytes, crc, 1 + random.nextInt(3), 0, 0);
    }

    /** That says nothing about the picture, which can be read later on. */
    @ParameterizedTest
    @EnumSource(names = "JAVA", mode = EnumSource.Mode.EXCLUDE)
    void whereNoFileCanBeOpenedThatIsTold(PictureLanguage language) throws Exception {
        List<String> starved = new ArrayList<>(language.program());
        starved.add("--starved");
        assertThat(what(PictureLanguage.run(starved, List.of(journal(temp.resolve("q")).journal))))
                .containsExactly("failed " + EMFILE, "picture " + HexFormat.of().formatHex(picture(BYTES, 1)));
    }
}

package io.sightlog.journal;

import io.sightlog.event.EventDraft;
import io.sightlog.event.KeptFrame;
import io.sightlog.journal.internal.frames.FrameLimits;
import io.sightlog.journal.internal.frames.FrameRoom;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A journal with pictures beside its events, under a clock that stands still until it is moved. */
public final class FrameJournal {
    public static final long HOUR = 3_600_000_000_000L;
    /** In the middle of an hour. */
    public static final long BEGIN = 1_700_001_000_000_000_000L;

    /** The cycle of that time, of an hourly journal. */
    public static final int CYCLE = (int) (BEGIN / HOUR);

    static final FrameRoom.Look MUCH_ROOM = () -> new FrameRoom(Long.MAX_VALUE, 0);

    /** Fails when pictures are not kept any more. */
    static final FrameWriter.Listener NEVER = new FrameWriter.Listener() {
        @Override
        public void stopped(String why) {
            throw new AssertionError(why);
        }

        @Override
        public void resumed(long notKept) {
            throw new AssertionError(notKept);
        }
    };

    public final Path directory;
    public final AtomicLong now = new AtomicLong(BEGIN);
    private final EventDraft draft = new EventDraft();

    public FrameJournal(Path directory) {
        this.directory = directory;
    }

    public Journal journal() {
        return Journal.open(directory, now::get);
    }

    /** With files of that size, also when a cycle begins. */
    public FrameWriter frames(JournalWriter writer, long fileBytes) {
        return frames(writer, fileBytes, fileBytes);
    }

    FrameWriter frames(JournalWriter writer, long fileBytes, long cycleBytes) {
        return writer.frames(new FrameLimits(fileBytes, cycleBytes), MUCH_ROOM, System::nanoTime, NEVER);
    }

    /** Bytes like those of no other seed. */
    public static byte[] picture(int bytes, int seed) {
        byte[] picture = new byte[bytes];
        new Random(seed).nextBytes(picture);
        return picture;
    }

    /** Keeps a picture. */
    public static KeptFrame write(FrameWriter frames, int bytes, int seed) {
        return Objects.requireNonNull(frames.write(picture(bytes, seed), 0, 0, seed));
    }

    /** Appends an event that points at it. */
    public long append(JournalWriter writer, @Nullable KeptFrame kept) {
        return writer.append(draft.clear().capturedNanos(now.get()).keptFrame(kept));
    }

    /** Keeps a picture, and appends its event. */
    public KeptFrame append(JournalWriter writer, FrameWriter frames, int bytes, int seed) {
        KeptFrame kept = write(frames, bytes, seed);
        append(writer, kept);
        return kept;
    }

    /** Those of all events, in order. */
    public List<byte[]> pictures() {
        List<byte[]> pictures = new ArrayList<>();
        try (JournalReader reader = journal().reader();
                FrameReader frames = journal().frames()) {
            while (reader.next()) {
                KeptFrame kept = KeptFrame.of(reader.event());
                if (kept != null) {
                    pictures.add(Objects.requireNonNull(frames.read(kept), kept::toString));
                }
            }
        }
        return pictures;
    }

    /** Names of all files of frames and their locks. */
    public List<String> names() throws IOException {
        if (Files.notExists(directory.resolve("frames"))) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory.resolve("frames"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    /** The file that a picture is in. */
    public Path file(KeptFrame kept) {
        return directory
                .resolve("frames")
                .resolve(kept.journal().toString())
                .resolve(String.format(Locale.ROOT, "%016x-%08d.frames", kept.producer(), kept.file()));
    }

    Path lock(KeptFrame kept) {
        return file(kept).resolveSibling(String.format(Locale.ROOT, "%016x.lock", kept.producer()));
    }

    int lastCycle(KeptFrame kept) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(file(kept)))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt(40);
    }

    static int crc(byte[] bytes, int count) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, count);
        return (int) crc.getValue();
    }
}

package io.sightlog.journal;

import io.sightlog.event.EventDraft;
import io.sightlog.inspect.Verification;
import io.sightlog.journal.audit.Finding;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.read.CycleCursor;
import io.sightlog.journal.internal.read.CycleFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/** Journals of one cycle that lose parts of it, and what is found in them. */
public final class JournalWithHoles {
    public static final int SECTOR = 512;

    private final Path temp;
    private final EventDraft draft = new EventDraft().capturedNanos(0);

    public JournalWithHoles(Path temp) {
        this.temp = temp;
    }

    public record Seen(TreeMap<Long, Long> frames, List<String> errors) {}

    /** Excerpts of a cycle that goes on, of any sizes, a batch among ten. */
    public Path journal(String name, int excerpts, Random random) {
        Path directory = temp.resolve(name);
        try (JournalWriter writer = Journal.open(directory).writer(Roll.DAILY)) {
            EventBatch batch = new EventBatch();
            for (int i = 0; i < excerpts; i++) {
                if (random.nextInt(10) == 0) {
                    batch.clear();
                    batch.add(frame(10_000 + i, random));
                    batch.add(frame(20_000 + i, random));
                    writer.append(batch);
                } else {
                    writer.append(frame(i, random));
                }
            }
        }
        return directory;
    }

    EventDraft frame(long frame, Random random) {
        return draft.clear().capturedNanos(0).frame(frame, 0).section(40_000, new byte[random.nextInt(600)]);
    }

    public static Path file(Path directory) {
        JournalDirectory files = new JournalDirectory(directory);
        int[] cycles = files.cycles(Roll.DAILY);
        return files.cycleFile(Roll.DAILY, cycles[cycles.length - 1]);
    }

    /** Of the events that readers get, by their positions: index and place in one number. */
    public static Seen seen(Path directory) {
        Seen seen = new Seen(new TreeMap<>(), new ArrayList<>());
        try (JournalReader reader = Journal.open(directory).reader()) {
            boolean more = true;
            while (more) {
                try {
                    more = reader.next();
                    if (more) {
                        seen.frames.put(
                                reader.event().index() << 8 | reader.event().place(),
                                reader.event().frame());
                    }
                } catch (DamageException e) {
                    seen.errors.add(e.getMessage());
                }
            }
        }
        return seen;
    }

    /** Of the events that recover saves. */
    public static TreeSet<Long> saved(Path directory, Path into) {
        Recoveries.recover(Journal.openDamaged(directory), Roll.DAILY, into);
        return new TreeSet<>(seen(into).frames().values());
    }

    public static List<Finding> findings(Path directory) {
        List<Finding> findings = new ArrayList<>();
        new Verification(Journal.open(directory), null, null, findings::add, bytes -> {}).run();
        return findings;
    }

    public Path events(String name, int events) {
        Path directory = journal(name, 0, new Random(1));
        try (JournalWriter writer = Journal.open(directory).writer()) {
            for (int i = 0; i < events; i++) {
                writer.append(draft.clear().capturedNanos(0).frame(i, 0));
            }
        }
        return directory;
    }

    /** Of a file, what is ever used of it here. */
    public static byte[] used(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(1 << 20);
        }
    }

    public static byte[] used(byte[] file) {
        int used = file.length;
        while (used > 0 && file[used - 1] == 0) {
            used--;
        }
        return Arrays.copyOf(file, used);
    }

    /** Sectors of documents and of pages of the index, and now and then a few bytes, or what the header says of the last one. */
    public static void lose(Path path, Random random) throws IOException {
        long from;
        long to;
        long earlier;
        long number;
        try (CycleFile file = CycleFile.tryOpen(path, 0)) {
            CycleCursor cursor = file.start();
            cursor.to(0);
            from = cursor.position();
            cursor.toEnd();
            to = cursor.position();
            number = random.nextLong(cursor.sequence());
            cursor.to(number);
            earlier = cursor.position();
        }
        switch (random.nextInt(6)) {
            case 0, 1 -> writePosition(path, earlier, number);
            case 2 -> Recording.lose(path, documents(path) - 1);
            case 3 -> writePosition(path, 0, 0);
            default -> {}
        }
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            for (int places = 1 + random.nextInt(6); places > 0; places--) {
                long at = from + random.nextLong(to - from);
                int size = (1 + random.nextInt(4)) * SECTOR;
                if (random.nextInt(4) == 0) {
                    size = 4 * (1 + random.nextInt(40));
                } else {
                    at = at / SECTOR * SECTOR;
                }
                at = Math.max(from, at / 4 * 4);
                file.seek(at);
                file.write(new byte[(int) Math.min(size, to - at)]);
            }
        }
    }

    /** How many documents a cursor comes to that walks on to the end, past breaks. */
    public static long walked(CycleCursor cursor) {
        while (true) {
            int found = cursor.peek();
            if (found == CycleCursor.DATA) {
                cursor.advance();
            } else if (found != CycleCursor.BROKEN || !cursor.resync()) {
                return cursor.sequence();
            }
        }
    }

    private static long documents(Path path) {
        try (CycleFile file = CycleFile.tryOpen(path, 0)) {
            CycleCursor cursor = file.start();
            return walked(cursor);
        }
    }

    /** The page of the header is as it was when that was the last document. */
    private static void writePosition(Path path, long position, long number) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            byte[] head = new byte[512];
            file.readFully(head);
            ByteBuffer bytes = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
            int field =
                    new String(head, StandardCharsets.ISO_8859_1).indexOf("writePosition") + "writePosition".length();
            while (bytes.get(field) != (byte) 0x8d) {
                field++;
            }
            int values = (field + 1 + 7) / 8 * 8 + 16;
            file.seek(values);
            file.writeLong(Long.reverseBytes(position));
            file.writeLong(Long.reverseBytes(position << 32 | number));
        }
    }
}

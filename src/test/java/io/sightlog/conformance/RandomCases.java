package io.sightlog.conformance;

import io.sightlog.journal.Goldens;
import io.sightlog.journal.LengthsJournal;
import io.sightlog.journal.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** Damages a recorded journal anywhere, and begins anywhere: cases of which nobody has written down what must come of them. */
final class RandomCases {
    private static final int SECTOR = 512;
    private static final int MAGIC = 0x474f4c53;
    private static final int EVENT_HEADER = 112;
    private static final String POSITION = "consumers/alarm.position";

    private final Random random;
    private final List<String> journals = new ArrayList<>();

    RandomCases(Random random) throws IOException {
        this.random = random;
        for (Goldens golden : Goldens.values()) {
            journals.add("golden/" + golden.folder().getFileName());
        }
        LengthsJournal.ALL.forEach(recorded -> journals.add("cases/" + recorded.name()));
    }

    /** The lines of a case, as its file has them: the journal, patches, and one beginning. */
    List<String> next() throws IOException {
        String name = journals.get(random.nextInt(journals.size()));
        Recorded of = Recorded.named(name);
        List<Path> files;
        try (Stream<Path> all = Files.walk(of.journal)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        List<String> lines = new ArrayList<>(List.of("journal " + name, "case " + random.nextLong()));
        for (int places = 1 + random.nextInt(4); places > 0; places--) {
            Path file = files.get(random.nextInt(files.size()));
            if (!file.toString().endsWith(".cq4") && random.nextInt(4) > 0) {
                places++; // most of it where the events are
                continue;
            }
            String relative = of.journal.relativize(file).toString();
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length > 0) {
                lines.addAll(relative.endsWith(".cq4") ? inCycle(relative, bytes) : List.of(anywhere(relative, bytes)));
            }
        }
        // a file that is cut last: what is written past its end would make it longer again
        lines.sort((a, b) -> Boolean.compare(a.startsWith("cut"), b.startsWith("cut")));
        lines.addAll(beginning(of));
        return lines;
    }

    private List<String> inCycle(String file, byte[] bytes) {
        List<Integer> documents = documents(bytes);
        if (documents.isEmpty() || random.nextInt(3) == 0) {
            return List.of(anywhere(file, bytes));
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int at = documents.get(random.nextInt(documents.size()));
        int other = documents.get(random.nextInt(documents.size()));
        int length = random.nextInt(4) == 0
                ? random.nextInt(bytes.length)
                : Math.abs(other - at - 4) + 4 * random.nextInt(3);
        return switch (random.nextInt(9)) {
            case 0 -> List.of(word(file, at, length));
            case 1 -> List.of(word(file, at, length), word(file, at + 4 + 12, length));
            case 2 -> List.of(word(file, at, length), word(file, at + 4 + 4, 0x58585858));
            case 3 -> List.of(word(file, at, random.nextBoolean() ? 0 : 0xc0000000));
            case 4 -> List.of(word(file, at, length | 0x40000000), word(file, at + 8, 0));
            case 5 -> List.of("fill " + file + " " + at + " 16 ff");
            case 6 -> List.of("fill " + file + " " + at + " " + (4 + (in.getInt(at) & 0xffff)) + " 00");
            default -> signed(file, in, at);
        };
    }

    /** An event that says something else, rightly: its checksum is that of what it says now. */
    private List<String> signed(String file, ByteBuffer in, int at) {
        int bytes = in.getInt(at);
        boolean event = bytes >= EVENT_HEADER
                && bytes <= in.capacity() - at - 4
                && in.getInt(at + 8) == MAGIC
                && in.get(at + 13) != 4;
        if (!event) {
            return List.of(word(file, at, random.nextInt()));
        }
        byte[] content = new byte[bytes];
        in.get(at + 4, content);
        int[] words = {8, 9, 10, 24, 32, 104, 108, 110, 16};
        int offset = words[random.nextInt(words.length)];
        int size = offset < 10 ? 1 : offset == 24 || offset == 32 || offset == 16 ? 8 : 2;
        byte[] value = new byte[size];
        if (size == 8 && random.nextBoolean()) {
            long near = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getLong(offset);
            ByteBuffer.wrap(value)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(near + (random.nextInt(100) - 50) * 1_000_000L);
        } else {
            random.nextBytes(value);
            value[0] = (byte) (random.nextBoolean() ? random.nextInt(6) : value[0]);
        }
        System.arraycopy(value, 0, content, offset, size);
        CRC32C crc = new CRC32C();
        crc.update(content, 4, bytes - 4);
        return List.of(word(file, at + 4, (int) crc.getValue()), put(file, at + 4 + offset, value));
    }

    private String anywhere(String file, byte[] bytes) {
        int used = bytes.length;
        while (used > 1 && bytes[used - 1] == 0) {
            used--;
        }
        int at = random.nextInt(used);
        switch (random.nextInt(10)) {
            case 0:
                return "cut " + file + " " + random.nextInt(bytes.length);
            case 1:
                return "fill " + file + " " + at / SECTOR * SECTOR + " " + SECTOR + " 00";
            case 2:
                byte[] noise = new byte[1 + random.nextInt(SECTOR)];
                random.nextBytes(noise);
                return put(file, at, noise);
            case 3:
                return word(file, at & ~3, random.nextBoolean() ? -1 : random.nextInt(used));
            case 4:
                return "put " + file + " " + at + " " + HexFormat.of().toHexDigits((byte) random.nextInt());
            default:
                return "put " + file + " " + at + " "
                        + HexFormat.of().toHexDigits((byte) (bytes[at] ^ 1 << random.nextInt(8)));
        }
    }

    private static List<Integer> documents(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> documents = new ArrayList<>();
        int at = 0;
        while (at + 4 <= bytes.length) {
            int header = in.getInt(at);
            if (header <= 0 && (header & 0x40000000) != 0 || header == 0) {
                documents.add(at); // the end
                break;
            }
            documents.add(at);
            at = (at + 4 + (header & 0x3fffffff) + 3) & ~3;
        }
        return documents.subList(0, documents.size() - 1);
    }

    private List<String> beginning(Recorded of) {
        List<Position> all = List.copyOf(of.lines.keySet());
        Position at = all.get(random.nextInt(all.size()));
        String place = of.word(at);
        return switch (random.nextInt(7)) {
            case 0 -> List.of("from start");
            case 1 -> List.of("from -" + random.nextInt(all.size() + 3));
            case 2 -> List.of("from " + of.word(new Position(at.index() + random.nextInt(3), 0)));
            case 3 -> List.of("from " + place);
            case 4 -> List.of("from time " + place + (random.nextBoolean() ? "" : random.nextBoolean() ? "+1" : "-1"));
            case 5 -> List.of(random.nextInt(8) == 0 ? "from end" : "from time " + place);
            default -> consumer(at);
        };
    }

    private List<String> consumer(Position at) {
        ByteBuffer slot = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
        slot.putInt(4, at.place()).putLong(8, 1).putLong(16, at.index() + (random.nextInt(6) == 0 ? 1 : 0));
        slot.putLong(24, 1_795_392_400_000_000_000L)
                .putInt(32, 1 + random.nextInt(2))
                .putInt(36, random.nextInt(3));
        CRC32C crc = new CRC32C();
        crc.update(slot.array(), 4, 36);
        slot.putInt(0, (int) crc.getValue());
        return List.of(
                "make " + POSITION + " 4096",
                "put " + POSITION + " 0 534c435001000000",
                put(POSITION, 64, slot.array()),
                "as alarm");
    }

    private static String word(String file, int at, int value) {
        return put(
                file,
                at,
                ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(0, value)
                        .array());
    }

    private static String put(String file, int at, byte[] bytes) {
        return "put " + file + " " + at + " " + HexFormat.of().formatHex(bytes);
    }
}

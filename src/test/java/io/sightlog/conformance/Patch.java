package io.sightlog.conformance;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;

/** A change of the files of a journal, as a line of a case says it. */
interface Patch {
    void apply(Path journal) throws IOException;

    /** @param words of the line, without a comment, the file with its whole name */
    static Patch of(String... words) {
        return switch (words[0]) {
            case "put" -> put(words[1], Long.parseLong(words[2]), bytes(words));
            case "fill" ->
                put(words[1], Long.parseLong(words[2]), filled(Integer.parseInt(words[3]), bytes(words[4])[0]));
            case "cut" -> cut(words[1], Long.parseLong(words[2]));
            case "make" -> make(words[1], Integer.parseInt(words[2]));
            case "line" -> line(words[1], String.join(" ", Arrays.copyOfRange(words, 2, words.length)));
            case "remove" -> journal -> Files.delete(journal.resolve(words[1]));
            default -> throw new IllegalArgumentException("no patch: " + String.join(" ", words));
        };
    }

    private static byte[] bytes(String... words) {
        int from = words.length > 1 ? 3 : 0;
        return HexFormat.of().parseHex(String.join("", Arrays.copyOfRange(words, from, words.length)));
    }

    private static byte[] filled(int count, byte with) {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, with);
        return bytes;
    }

    private static Patch put(String file, long at, byte[] bytes) {
        return journal -> {
            try (FileChannel channel = FileChannel.open(journal.resolve(file), StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(bytes), at);
            }
        };
    }

    private static Patch cut(String file, long size) {
        return journal -> {
            try (FileChannel channel = FileChannel.open(journal.resolve(file), StandardOpenOption.WRITE)) {
                channel.truncate(size);
            }
        };
    }

    private static Patch line(String file, String text) {
        return journal -> Files.writeString(
                journal.resolve(file), text + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static Patch make(String file, int size) {
        return journal -> {
            Files.createDirectories(journal.resolve(file).getParent());
            Files.write(journal.resolve(file), new byte[size], StandardOpenOption.CREATE_NEW);
        };
    }
}

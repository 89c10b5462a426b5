package io.sightlog.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Files that are costly to make, such as compiled programs: made once, and shared by all processes and builds that want the same.
 * They are in {@code target/made}, each in a folder named after a digest of all it is made from, so that none is ever stale.
 */
public final class MadeOnce {
    private static final Path FOLDER = Path.of("target", "made").toAbsolutePath();

    private MadeOnce() {}

    /** Makes the file at a path in a folder that is there. */
    public interface Maker {
        void make(Path file) throws IOException, InterruptedException;
    }

    /**
     * The file of this name: the one that is there, or a new one. Who makes it holds a lock, and shows the file when it is whole,
     * so that nobody sees half of it, and nobody makes it twice.
     *
     * @param from all that decides what is in the file, as {@link #digest} gives it
     */
    public static synchronized Path file(String name, String from, Maker maker)
            throws IOException, InterruptedException {
        Path folder = FOLDER.resolve(from);
        Path file = folder.resolve(name);
        if (Files.exists(file)) {
            return file;
        }
        Files.createDirectories(FOLDER);
        Path draft = FOLDER.resolve(from + ".draft");
        try (FileChannel lock =
                FileChannel.open(FOLDER.resolve(from + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock();
            if (!Files.exists(file)) {
                Files.createDirectories(draft); // perhaps of one who died at it
                maker.make(draft.resolve(name));
                Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return file;
    }

    /** A digest of texts, in their order, and of what is in files, with their names. */
    public static String digest(List<String> texts, List<Path> files) throws IOException {
        MessageDigest sha;
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        for (String text : texts) {
            sha.update((text + '\0').getBytes(StandardCharsets.UTF_8));
        }
        for (Path file : files) {
            byte[] content = Files.readAllBytes(file);
            sha.update((file + "\0" + content.length + '\0').getBytes(StandardCharsets.UTF_8));
            sha.update(content);
        }
        return HexFormat.of().formatHex(sha.digest(), 0, 16);
    }

    /** The files below a folder that end so, always in the same order. */
    public static List<Path> below(Path folder, String... endings) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> Stream.of(endings).anyMatch(path.toString()::endsWith))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }
}

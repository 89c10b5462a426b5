package io.sightlog.natives;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;

/**
 * A folder with the files of a bundle. It is made under another name, each file compared with the jar by its SHA-256 once it is
 * written, and gets its name when all is on the device: so what has the name is whole, whenever a process or the power died. It is
 * not read again at later starts, which look at owners, permissions and sizes.
 */
final class Unpacked {
    private static final String DRAFT = ".unpacking-";
    private static final int CHUNK = 1 << 16;

    private final Path folder;
    private final Packed packed;

    private Unpacked(Path folder, Packed packed) {
        this.folder = folder;
        this.packed = packed;
    }

    /**
     * The files of a bundle, unpacked when they are not there yet.
     *
     * @param cache a safe folder
     * @throws UnsafeFolderException when others can write to what is there
     */
    static Path of(Packed packed, Path cache) throws IOException {
        Unpacked unpacked = new Unpacked(cache.resolve(packed.folderName()), packed);
        if (!unpacked.isComplete()) {
            unpacked.unpack(cache);
        }
        return unpacked.folder;
    }

    private boolean isComplete() throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        SafeFolder.checkFile(folder, folder);
        for (Packed.Item item : packed.items()) {
            Path file = folder.resolve(item.name());
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) != item.bytes()) {
                return false;
            }
            SafeFolder.checkFile(folder, file);
        }
        return true;
    }

    private void unpack(Path cache) throws IOException {
        try (HeldFolder draft = HeldFolder.make(cache, DRAFT)) {
            Path files = Files.createDirectory(draft.path().resolve("files"), SafeFolder.attributes("rwx------"));
            StringBuilder sums = new StringBuilder();
            for (Packed.Item item : packed.items()) {
                String sum = copy(item, files.resolve(item.name()));
                sums.append(sum).append("  ").append(item.name()).append('\n');
            }
            Files.writeString(create(files.resolve("SHA256SUMS")), sums);
            sync(files);
            publish(files, draft.path().resolve("damaged"));
            sync(cache);
        }
    }

    /** Another process may be quicker: its files are as good. */
    private void publish(Path files, Path aside) throws IOException {
        try {
            move(files, folder);
        } catch (FileSystemException e) {
            if (isComplete()) {
                return;
            }
            if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
            move(folder, aside);
            move(files, folder);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to);
        }
    }

    private static Path create(Path file) throws IOException {
        return Files.createFile(file, SafeFolder.attributes("rw-------"));
    }

    /** Returns its SHA-256, in hexadecimal. */
    private static String copy(Packed.Item item, Path file) throws IOException {
        MessageDigest wanted = Packed.sha256();
        create(file);
        try (InputStream in = item.open();
                FileChannel out = FileChannel.open(file, Set.of(StandardOpenOption.WRITE))) {
            byte[] chunk = new byte[CHUNK];
            for (int bytes = in.read(chunk); bytes >= 0; bytes = in.read(chunk)) {
                wanted.update(chunk, 0, bytes);
                ByteBuffer rest = ByteBuffer.wrap(chunk, 0, bytes);
                while (rest.hasRemaining()) {
                    out.write(rest);
                }
            }
            out.force(true);
        }
        byte[] sum = wanted.digest();
        if (Files.size(file) != item.bytes() || !MessageDigest.isEqual(sum, digest(file))) {
            throw new IOException(file + " is not what was written to it");
        }
        return HexFormat.of().formatHex(sum);
    }

    private static byte[] digest(Path file) throws IOException {
        MessageDigest digest = Packed.sha256();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] chunk = new byte[CHUNK];
            for (int bytes = in.read(chunk); bytes >= 0; bytes = in.read(chunk)) {
                digest.update(chunk, 0, bytes);
            }
        }
        return digest.digest();
    }

    private static void sync(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // directories cannot be synced everywhere; sizes are looked at again at each start
        }
    }
}

package io.sightlog.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.StringTokenizer;

/** Who owns a file, and who else may write to it, as Unix says it. */
final class Owners {
    private static final String ATTRIBUTES = "unix:uid,mode";
    private static final int STICKY = 01000;
    private static final int WRITABLE_BY_OTHERS = 022;
    private static final int PERMISSIONS = 07777;

    /** Whether there are such owners here: elsewhere, as on Windows, nothing is checked. */
    static final boolean KNOWN =
            Path.of("").getFileSystem().supportedFileAttributeViews().contains("unix");

    private final int us;
    /** Root; in a user namespace, where root has no number, the number that stands for all users without one. */
    private final int root;

    private Owners(int us, int root) {
        this.us = us;
        this.root = root;
    }

    /** For this process. */
    static Owners here() throws IOException {
        Path top = Path.of("/");
        return new Owners(KNOWN ? uidOfThisProcess() : 0, KNOWN && Files.exists(top) ? of(top).uid() : 0);
    }

    private static int uidOfThisProcess() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (Files.isReadable(status)) {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith("Uid:")) {
                    StringTokenizer words = new StringTokenizer(line.substring("Uid:".length()));
                    words.nextToken(); // the real one
                    return Integer.parseUnsignedInt(words.nextToken()); // the effective one
                }
            }
        }
        Path probe = Files.createTempFile("sightlog-", ".owner");
        try {
            return of(probe).uid();
        } finally {
            Files.delete(probe);
        }
    }

    /**
     * What a file says of itself, not followed when it is a link.
     *
     * @param mode permissions, with the sticky bit
     */
    record Owned(int uid, int mode) {
        boolean isWritableByOthers() {
            return (mode & WRITABLE_BY_OTHERS) != 0;
        }

        /** Everybody may make files there, and nobody may touch those of others. */
        boolean isSticky() {
            return (mode & STICKY) != 0;
        }
    }

    static Owned of(Path file) throws IOException {
        Map<String, Object> found = Files.readAttributes(file, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        return new Owned(number(found, "uid"), number(found, "mode") & PERMISSIONS);
    }

    private static int number(Map<String, Object> attributes, String name) {
        return (Integer) Objects.requireNonNull(attributes.get(name));
    }

    /** Whether it is ours or root's, who can do as he likes anyway. */
    boolean trusts(Owned owned) {
        return owned.uid() == us || owned.uid() == 0 || owned.uid() == root;
    }

    boolean isOurs(Owned owned) {
        return owned.uid() == us;
    }
}

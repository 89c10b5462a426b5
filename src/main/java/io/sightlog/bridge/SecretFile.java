package io.sightlog.bridge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.function.Consumer;

/** A file that holds what others should not know. */
public final class SecretFile {
    private static final Set<PosixFilePermission> OTHERS =
            Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

    private SecretFile() {}

    /**
     * Warns when others than its owner can read it.
     *
     * @param secret what it holds, for people
     */
    public static void warn(Path file, String secret, Consumer<String> warning) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (OTHERS.stream().anyMatch(permissions::contains)) {
                warning.accept(file + " holds " + secret + " and can be read by others: chmod 600 " + file);
            }
        } catch (IOException | UnsupportedOperationException e) {
            // a file system without permissions, or one that does not say them
        }
    }
}

package io.sightlog.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The folder of all bundles that this process uses: the user's cache, or one of its own that goes with it. */
final class Place {
    private static final String TEMPORARY = "sightlog-natives-";

    /** Where the launcher of a distribution says that its libraries are; null elsewhere. */
    private final @Nullable Path shipped = shipped(System.getProperty("sightlog.natives", ""));

    private @Nullable Path named;
    private @Nullable Path folder;

    private static @Nullable Path shipped(String property) {
        return property.isEmpty() ? null : Path.of(property).toAbsolutePath();
    }

    /** By {@code --cache-dir}. */
    void name(Path byUser) {
        named = byUser.toAbsolutePath();
    }

    /**
     * Chosen at the first call, and made when it is not there.
     *
     * @param needed the files that are asked for, null when it is the folder alone
     * @throws UnsafeFolderException when others can write to it
     */
    Path folder(@Nullable Packed needed) throws IOException {
        if (folder == null) {
            CacheFolder chosen =
                    CacheFolder.choose(named, shipped, System.getenv(), System.getProperty("user.home", ""));
            Path usable = chosen == null ? null : usable(chosen, needed);
            folder = usable != null ? usable : temporary();
        }
        return folder;
    }

    /** Null when it is of no use, and the user did not name it. */
    private static @Nullable Path usable(CacheFolder chosen, @Nullable Packed needed) throws IOException {
        Path folder = SafeFolder.resolve(chosen.path());
        try {
            SafeFolder.make(folder);
        } catch (IOException e) {
            if (chosen.named()) {
                throw e;
            }
            return null;
        }
        SafeFolder.resolve(folder); // also what was made meanwhile, by whomever
        boolean hasAll = needed != null && Files.isDirectory(folder.resolve(needed.folderName()));
        return chosen.named() || hasAll || Files.isWritable(folder) ? folder : null;
    }

    private static Path temporary() throws IOException {
        Path parent = SafeFolder.resolveParent(
                Path.of(System.getProperty("java.io.tmpdir", "/tmp")).toAbsolutePath());
        HeldFolder made = HeldFolder.make(parent, TEMPORARY);
        Temporary.hold(made);
        return made.path();
    }

    /** For messages. */
    String shown() {
        return folder == null ? "" : " into " + folder;
    }

    /** What children of this process have to be given; null when they find it by themselves. */
    @Nullable
    Path handedOn() {
        HeldFolder temporary = Temporary.folder();
        if (temporary != null) {
            return temporary.path();
        }
        return named == null && System.getenv(CacheFolder.VARIABLE) == null ? shipped : named;
    }
}

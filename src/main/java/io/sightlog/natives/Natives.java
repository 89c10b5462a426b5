package io.sightlog.natives;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where this process has its native libraries from: one folder that is safe, looked for when the first of them is needed. Any
 * thread. What has failed once fails again with the same words.
 */
public final class Natives {
    private static final Place PLACE = new Place();
    private static final Map<Bundle, Loaded> LOADED = new EnumMap<>(Bundle.class);
    private static final Map<Bundle, NativesException> FAILED = new EnumMap<>(Bundle.class);

    private Natives() {}

    /** What was loaded, and from where. */
    private record Loaded(Path folder, Packed packed) {}

    /** Names the folder, before any library is needed. */
    public static synchronized void cacheFolder(Path folder) {
        PLACE.name(folder);
    }

    /**
     * Loads all of a bundle, once, into the class loader that has this class, and tells the library that it is there. Elsewhere
     * than on Linux, on x86-64 and Arm, libraries unpack themselves, those that can be told to into the same folder.
     *
     * @throws UnsafeFolderException when others could have put code there
     * @throws NativesException when it cannot be unpacked, or the system refuses to load it
     */
    public static synchronized void load(Bundle bundle) {
        if (LOADED.containsKey(bundle)) {
            return;
        }
        NativesException failed = FAILED.get(bundle);
        if (failed != null) {
            throw failed;
        }
        try {
            if (Bundle.Platform.KNOWN) {
                LOADED.put(bundle, loaded(bundle));
            } else {
                Settings.unpackInto(PLACE.folder(null));
            }
        } catch (NativesException e) {
            FAILED.put(bundle, e);
            Settings.refuse(bundle);
            throw e;
        } catch (IOException e) {
            NativesException failure = new NativesException(
                    "cannot unpack the native libraries of " + bundle.text() + PLACE.shown() + ": " + reason(e)
                            + hint(),
                    e);
            FAILED.put(bundle, failure);
            Settings.refuse(bundle);
            throw failure;
        }
    }

    /** Likewise, of what can be done without: false when it cannot be had. */
    public static boolean tryLoad(Bundle bundle) {
        try {
            load(bundle);
            return true;
        } catch (NativesException e) {
            return false;
        }
    }

    private static Loaded loaded(Bundle bundle) throws IOException {
        Packed packed = Packed.find(bundle);
        Path folder = Unpacked.of(packed, PLACE.folder(packed));
        Settings.use(bundle, folder); // before, since loading some of them begins to use the library
        for (Packed.Item item : packed.items()) {
            if (item.use() == Bundle.Use.UNPACKED) {
                continue;
            }
            try {
                System.load(folder.resolve(item.name()).toString());
            } catch (UnsatisfiedLinkError e) {
                if (item.use() == Bundle.Use.LOADED_IF_POSSIBLE) {
                    continue;
                }
                throw new NativesException("cannot load a native library: " + reason(e) + hint(), e);
            }
        }
        return new Loaded(folder, packed);
    }

    /**
     * One file of a bundle that {@link #load} has loaded.
     *
     * @param name without what comes after {@code .so}
     * @return null when it is not known here
     */
    public static synchronized @Nullable Path library(Bundle bundle, String name) {
        Loaded loaded = LOADED.get(bundle);
        if (loaded != null) {
            for (Packed.Item item : loaded.packed().items()) {
                if (item.name().startsWith(name + ".so")) {
                    return loaded.folder().resolve(item.name());
                }
            }
        }
        return null;
    }

    /**
     * The folder of all bundles, made when it is not there.
     *
     * @throws UnsafeFolderException when others could have put code there
     * @throws NativesException when there is no place for it
     */
    public static synchronized Path folder() {
        try {
            return PLACE.folder(null);
        } catch (IOException e) {
            throw new NativesException("there is no place for native libraries: " + reason(e) + hint(), e);
        }
    }

    /** Whether it goes with this process, since there is no home for a cache. */
    public static synchronized boolean isTemporary() {
        return Temporary.folder() != null;
    }

    /** What children of this process should be given as {@code --cache-dir}; null when they find it by themselves. */
    public static synchronized @Nullable Path handedOn() {
        return PLACE.handedOn();
    }

    /** The system names the file, and Java once more. */
    private static String reason(UnsatisfiedLinkError e) {
        String text = String.valueOf(e.getMessage());
        int end = text.indexOf(": ");
        return end > 0 && text.startsWith(text.substring(0, end + 2), end + 2) ? text.substring(end + 2) : text;
    }

    private static String hint() {
        return "; --cache-dir or SIGHTLOG_CACHE names another folder for them, with room, and not mounted noexec";
    }

    private static String reason(IOException e) {
        if (e instanceof FileSystemException file && file.getFile() != null) {
            String reason = file.getReason();
            return file.getFile() + ": " + (reason != null ? reason : words(file));
        }
        return Objects.requireNonNullElse(e.getMessage(), e.toString());
    }

    private static String words(FileSystemException e) {
        return switch (e.getClass().getSimpleName()) {
            case "AccessDeniedException" -> "permission denied";
            case "NoSuchFileException" -> "no such folder";
            case "FileAlreadyExistsException" -> "something else is there";
            default -> e.getClass().getSimpleName();
        };
    }
}

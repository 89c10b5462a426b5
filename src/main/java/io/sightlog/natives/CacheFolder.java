package io.sightlog.natives;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where native libraries are kept from one run to the next.
 *
 * @param path absolute; need not be there yet
 * @param named whether the user named it: then nothing else may stand in for it
 */
record CacheFolder(Path path, boolean named) {
    static final String VARIABLE = "SIGHTLOG_CACHE";

    private static final String OURS = "sightlog";

    /**
     * The first of: what the user named, {@code SIGHTLOG_CACHE}, what a distribution has brought along, {@code
     * XDG_CACHE_HOME/sightlog}, {@code ~/.cache/sightlog}.
     *
     * @param option of {@code --cache-dir}, null without it
     * @param shipped where a distribution has the libraries unpacked, null for none
     * @param environment of this process
     * @param userHome what Java takes for the home; "?" when it knows none
     * @return null when there is no home
     */
    static @Nullable CacheFolder choose(
            @Nullable Path option, @Nullable Path shipped, Map<String, String> environment, String userHome) {
        if (option != null) {
            return new CacheFolder(option.toAbsolutePath(), true);
        }
        String variable = environment.getOrDefault(VARIABLE, "");
        if (!variable.isBlank()) {
            try {
                return new CacheFolder(Path.of(variable).toAbsolutePath(), true);
            } catch (InvalidPathException e) {
                throw new NativesException(VARIABLE + " is \"" + variable + "\", which is no path: name a folder", e);
            }
        }
        if (shipped != null) {
            return new CacheFolder(shipped.toAbsolutePath(), true);
        }
        Path xdg = absolute(environment.get("XDG_CACHE_HOME"));
        if (xdg != null) {
            return new CacheFolder(xdg.resolve(OURS), false);
        }
        String home = environment.getOrDefault("HOME", "");
        Path folder = absolute(home.isEmpty() ? userHome : home);
        return folder == null || !Files.isDirectory(folder)
                ? null
                : new CacheFolder(folder.resolve(".cache").resolve(OURS), false);
    }

    private static @Nullable Path absolute(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            Path path = Path.of(text);
            return path.isAbsolute() ? path : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }
}

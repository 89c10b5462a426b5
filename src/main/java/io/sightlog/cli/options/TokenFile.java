package io.sightlog.cli.options;

import io.sightlog.bridge.SecretFile;
import io.sightlog.journal.FileAccessException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A token in the first line of a file, so that it is in no list of processes. */
public final class TokenFile {
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~-]{16,512}");
    private static final String NEEDED = "16 to 512 characters of A-Z a-z 0-9 - _ . ~ are needed";
    private static final int MOST_BYTES = 4096;

    private TokenFile() {}

    /**
     * Reads it, and warns when others than its owner can.
     *
     * @param option that names the file, such as {@code --token-file}
     * @param what what it holds, for people
     * @return null when there is no file
     * @throws IllegalArgumentException when it cannot be read or has no token, with option and file; never with what is in it
     */
    public static @Nullable String read(String option, @Nullable Path file, String what, Consumer<String> warning) {
        if (file == null) {
            return null;
        }
        byte[] begin;
        try (InputStream in = Files.newInputStream(file)) {
            begin = in.readNBytes(MOST_BYTES);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(option + ": there is no file " + file, e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    FileAccessException.of(option + ": cannot read " + file, e).getMessage(), e);
        }
        SecretFile.warn(file, what, warning);
        String line = new String(begin, StandardCharsets.ISO_8859_1)
                .lines()
                .findFirst()
                .orElse("")
                .strip();
        if (!TOKEN.matcher(line).matches()) {
            throw new IllegalArgumentException(option + ": the first line of " + file + " is no token: " + NEEDED);
        }
        return line;
    }
}

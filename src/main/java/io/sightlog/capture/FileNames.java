package io.sightlog.capture;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * File names as text, and back, whatever the locale says.
 *
 * <p>On Unix a name is bytes. Those that are UTF-8 are that text; others are a {@code file:} URI, in which each byte that is no
 * plain character is {@code %XX}, so that two names are never one text, and each text leads to its file again.
 */
public final class FileNames {
    private static final char REPLACEMENT = '\uFFFD';

    private FileNames() {}

    /**
     * The text of a path.
     *
     * @param absolute what its text is made of in full
     */
    public static String text(Path absolute) {
        String text = absolute.toString();
        if (text.indexOf(REPLACEMENT) < 0 && (decodesUtf8() || isAscii(text))) {
            return text;
        }
        URI uri = absolute.toUri();
        String exact = decoded(uri.getRawPath());
        return exact == null ? uri.toString() : exact.length() > 1 && !text.endsWith("/") ? trimmed(exact) : exact;
    }

    /** The URI of a folder ends with a slash. */
    private static String trimmed(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** Whether the text of a path is its name, and not a URI. */
    public static boolean isText(Path absolute) {
        return !text(absolute).startsWith("file:");
    }

    /**
     * The path of a text: a name, or a {@code file:} URI as {@link #text} makes it.
     *
     * @throws InvalidPathException when it cannot be one here
     */
    public static Path path(String text) {
        if (isUri(text)) {
            return path(text, text);
        }
        if (decodesUtf8() || isAscii(text)) {
            return Path.of(text);
        }
        Path here = Path.of("").toAbsolutePath();
        String base = text.startsWith("/") ? "file://" : here.toUri().toString();
        return path(base + encoded(text), text);
    }

    /** Whether a text is a URI of a file. */
    public static boolean isUri(String text) {
        return text.regionMatches(true, 0, "file:/", 0, 6);
    }

    private static Path path(String uri, String shown) {
        try {
            return Path.of(URI.create("file" + uri.substring(4)));
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            throw new InvalidPathException(shown, "not the URI of a file");
        }
    }

    /**
     * The URI of a file by the bytes of its name.
     *
     * @param name relative to the current folder unless it begins with a slash
     */
    public static String uri(byte[] name) {
        boolean absolute = name.length > 0 && name[0] == '/';
        String base =
                absolute ? "file://" : Path.of("").toAbsolutePath().toUri().toString();
        return base + percent(name);
    }

    /** Whether this Java reads and writes file names as UTF-8; one started in another locale does not. */
    public static boolean decodesUtf8() {
        String encoding = System.getProperty("sun.jnu.encoding", "");
        return encoding.equalsIgnoreCase("UTF-8") || encoding.equalsIgnoreCase("UTF8");
    }

    static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static String encoded(String text) {
        return percent(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String percent(byte[] bytes) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : bytes) {
            boolean plain = (b >= 'a' && b <= 'z')
                    || (b >= 'A' && b <= 'Z')
                    || (b >= '0' && b <= '9')
                    || "-_.~/".indexOf(b) >= 0;
            if (plain) {
                encoded.append((char) b);
            } else {
                encoded.append(String.format(Locale.ROOT, "%%%02X", b & 0xff));
            }
        }
        return encoded.toString();
    }

    /** The bytes of a name, as libraries take it that are not Java's. */
    static byte[] bytes(Path absolute) {
        String text = absolute.toString();
        if (text.indexOf(REPLACEMENT) < 0 && (decodesUtf8() || isAscii(text))) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        ByteBuffer path = unescaped(absolute.toUri().getRawPath());
        byte[] bytes = new byte[path.remaining()];
        path.get(bytes);
        return bytes;
    }

    /** The path of a URI as UTF-8, null when it is none. */
    private static @Nullable String decoded(String rawPath) {
        return utf8(unescaped(rawPath));
    }

    private static ByteBuffer unescaped(String rawPath) {
        byte[] bytes = rawPath.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer decoded = ByteBuffer.allocate(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '%') {
                decoded.put((byte) Integer.parseInt(rawPath.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                decoded.put(bytes[i]);
            }
        }
        return decoded.flip();
    }

    /** Bytes as the UTF-8 they are, null when they are none. */
    public static @Nullable String utf8(ByteBuffer bytes) {
        try {
            CharBuffer chars = StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate());
            return chars.toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}

package io.sightlog.serve;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of the page, as they are in the jar: a list made once, so that no path that is asked for is ever opened. Immutable. */
final class PageFiles {
    private static final String FOLDER = "page/";
    private static final String INDEX = "index.html";

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "json", "application/json; charset=utf-8",
            "png", "image/png",
            "woff2", "font/woff2");

    private final Map<String, PageFile> byPath = new HashMap<>();

    /**
     * One of them.
     *
     * @param etag quoted, as in the header
     */
    record PageFile(String type, byte[] bytes, String etag) {}

    /** Reads all of them. */
    PageFiles() {
        try {
            for (String name : names()) {
                String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
                if (type != null) {
                    byte[] bytes = bytes(name);
                    byPath.put("/" + FOLDER + name, new PageFile(type, bytes, etag(bytes)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the files of the page cannot be read", e);
        }
        PageFile index = byPath.get("/" + FOLDER + INDEX);
        if (index == null) {
            throw new IllegalStateException("the jar has no page: build it again");
        }
        byPath.put("/", index);
    }

    /**
     * A file.
     *
     * @param path as it stands in the request, which is never decoded
     * @return null when there is none of that path
     */
    @Nullable
    PageFile at(String path) {
        return byPath.get(path);
    }

    private static List<String> names() throws IOException {
        URL index = PageFiles.class.getResource(FOLDER + INDEX);
        if (index == null) {
            return List.of();
        }
        if (index.openConnection() instanceof JarURLConnection jar) {
            String folder = jar.getEntryName().substring(0, jar.getEntryName().length() - INDEX.length());
            return jar.getJarFile().stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith(folder) && name.indexOf('/', folder.length()) < 0)
                    .map(name -> name.substring(folder.length()))
                    .filter(name -> !name.isEmpty())
                    .toList();
        }
        try (Stream<Path> files =
                Files.list(Path.of(new URI(index.toString())).resolveSibling("").toAbsolutePath())) {
            return files.filter(Files::isRegularFile)
                    .map(file -> String.valueOf(file.getFileName()))
                    .toList();
        } catch (URISyntaxException e) {
            throw new IOException("bad address " + index, e);
        }
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = PageFiles.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IOException("no file " + FOLDER + name);
            }
            return in.readAllBytes();
        }
    }

    private static String etag(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return "\""
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(digest)
                            .substring(0, 22) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}

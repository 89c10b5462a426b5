package io.sightlog.natives;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;

/** The files of a {@link Bundle} as they lie in jars, in the order in which they are loaded. */
final class Packed {
    private static final int KEY_DIGITS = 16;

    private final Bundle bundle;
    private final List<Item> items = new ArrayList<>();

    /**
     * One file in a jar.
     *
     * @param use what is done with it once it is unpacked
     */
    record Item(JarFile jar, JarEntry entry, Bundle.Use use) {
        String name() {
            return entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        }

        long bytes() {
            return entry.getSize();
        }

        InputStream open() throws IOException {
            return jar.getInputStream(entry);
        }
    }

    private Packed(Bundle bundle) {
        this.bundle = bundle;
    }

    /** Finds them on the class path. */
    static Packed find(Bundle bundle) throws IOException {
        Packed packed = new Packed(bundle);
        for (Bundle.Part part : bundle.parts()) {
            packed.add(part);
        }
        return packed;
    }

    private void add(Bundle.Part part) throws IOException {
        URL anchor = Packed.class.getClassLoader().getResource(part.anchor());
        URLConnection connection = anchor == null ? null : anchor.openConnection();
        if (!(connection instanceof JarURLConnection inJar)) {
            throw new IOException(part.anchor()
                    + " is in no jar of the class path, or too few files may be open at once (ulimit -n)");
        }
        JarFile jar = inJar.getJarFile();
        for (String name : part.names()) {
            Pattern wanted = Pattern.compile(Pattern.quote(part.folder() + name) + "(-[\\d.-]*\\d)?\\.so(\\.\\d+)*");
            jar.stream()
                    .filter(entry -> wanted.matcher(entry.getName()).matches())
                    .sorted(Comparator.comparing(JarEntry::getName))
                    .forEach(entry -> items.add(new Item(jar, entry, part.use())));
        }
    }

    List<Item> items() {
        return items;
    }

    /** A name for a folder of exactly these files: other versions have another. No byte of them is read for it. */
    String folderName() {
        MessageDigest key = sha256();
        for (Item item : items) {
            String line = item.name() + " " + item.bytes() + " " + item.entry().getCrc() + "\n";
            key.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return bundle.text() + "-" + HexFormat.of().formatHex(key.digest()).substring(0, KEY_DIGITS);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

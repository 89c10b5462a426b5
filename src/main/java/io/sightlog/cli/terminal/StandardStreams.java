package io.sightlog.cli.terminal;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which of descriptors 0 to 2 the process was started without. The virtual machine's own files then get these numbers, and what is
 * read from standard input, or printed, is read from or written to those. Where there is no /proc, nothing is known.
 */
public final class StandardStreams {
    static final int IN = 0;
    static final int OUT = 1;
    static final int ERR = 2;

    private static final String FLAGS = "flags:";
    private static final int ACCESS_MODE = 3;
    private static final int READ_ONLY = 0;
    private static final int WRITE_ONLY = 1;

    private static final boolean[] CLOSED = new boolean[ERR + 1];
    /** Open to the end, so that no journal's file gets such a number. */
    private static final List<FileInputStream> PLACEHOLDERS = new ArrayList<>();

    private StandardStreams() {}

    /** Before anything is read or written. */
    public static void look() {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return;
        }
        for (int i = IN; i <= ERR; i++) {
            Path link = descriptors.resolve(Integer.toString(i));
            if (!Files.isSymbolicLink(link)) {
                CLOSED[i] = true;
                hold();
            } else {
                CLOSED[i] = isOurs(link) || isOpenTheWrongWay(i);
            }
        }
    }

    static boolean isClosed(int descriptor) {
        return CLOSED[descriptor];
    }

    /** The lowest free number is given to the next file that is opened. */
    private static void hold() {
        try {
            PLACEHOLDERS.add(new FileInputStream("/dev/null"));
        } catch (IOException e) {
            // then it is only known to be closed
        }
    }

    /** As the launcher leaves what was closed: input that can only be written, output that can only be read. */
    private static boolean isOpenTheWrongWay(int descriptor) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo/" + descriptor))) {
                if (line.startsWith(FLAGS)) {
                    long access = Long.parseLong(line.substring(FLAGS.length()).strip(), 8) & ACCESS_MODE;
                    return access == (descriptor == IN ? WRITE_ONLY : READ_ONLY);
                }
            }
        } catch (IOException | NumberFormatException e) {
            // not known
        }
        return false;
    }

    /** Whether this virtual machine has opened it: a file of Java's, a jar that it loads classes from, a class archive. */
    private static boolean isOurs(Path link) {
        try {
            String target = Files.readSymbolicLink(link).toString();
            if (!target.startsWith("/")) {
                return false; // a pipe, a socket
            }
            Path file = Path.of(target);
            if (file.startsWith(Path.of(System.getProperty("java.home")).toRealPath()) || target.endsWith(".jsa")) {
                return true;
            }
            for (String element : System.getProperty("java.class.path", "").split(":", -1)) {
                Path jar = Path.of(element);
                if (element.endsWith(".jar") && (isSame(file, jar) || file.startsWith(libraries(jar)))) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isSame(Path file, Path jar) throws IOException {
        return Files.exists(file) && Files.exists(jar) && Files.isSameFile(file, jar);
    }

    /** Beside our jar. */
    private static Path libraries(Path jar) throws IOException {
        return jar.toRealPath().resolveSibling("lib");
    }
}

package io.sightlog.bench;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where something was measured, for people who compare.
 *
 * @param processors that this process may use
 * @param cpu model of the processor
 * @param kernel name and version of the operating system
 * @param jdk version and maker
 * @param fileSystem type of the file system the journal was on
 */
public record Machine(int processors, String cpu, String kernel, String jdk, String fileSystem) {
    /** This machine. */
    public static Machine here(Path journal) {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                cpuModel(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                System.getProperty("java.vendor") + " " + Runtime.version(),
                fileSystem(journal));
    }

    private static String cpuModel() {
        try {
            return cpuModel(Files.readAllLines(Path.of("/proc/cpuinfo")));
        } catch (IOException e) {
            return "unknown processor";
        }
    }

    static String cpuModel(List<String> cpuinfo) {
        for (String line : cpuinfo) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).strip().equals("model name")) {
                return line.substring(colon + 1).strip();
            }
        }
        return "unknown processor";
    }

    private static String fileSystem(Path journal) {
        try {
            return store(journal).type();
        } catch (IOException e) {
            return "unknown file system";
        }
    }

    /** The file system of a path, or of what it will be made in. */
    static FileStore store(Path path) throws IOException {
        Path there = path.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return Files.getFileStore(there);
    }

    /** One line. */
    public String text() {
        return processors + (processors == 1 ? " core of " : " cores of ") + cpu + ", " + kernel + ", JDK " + jdk + ", "
                + fileSystem;
    }
}

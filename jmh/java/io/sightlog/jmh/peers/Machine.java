package io.sightlog.jmh.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where it was measured, for people who want to repeat it. */
final class Machine {
    private Machine() {}

    static String cpu() {
        return first("/proc/cpuinfo", "model name", System.getProperty("os.arch")) + ", "
                + Runtime.getRuntime().availableProcessors() + " cores";
    }

    static String kernel() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version");
    }

    static String memory() {
        String total = first("/proc/meminfo", "MemTotal", "");
        return total.isEmpty() ? "unknown" : Long.parseLong(total.replaceAll("\\D", "")) / 1_048_576 + " GiB";
    }

    static String jdk() {
        return System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version");
    }

    static String fileSystem(Path directory) {
        try {
            return Files.getFileStore(directory).type();
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** How many processes ran or wanted to when it began, over the last minute; a quiet machine has about 0. */
    static String load() {
        return first("/proc/loadavg", "", "unknown").split(" ")[0];
    }

    private static String first(String file, String start, String otherwise) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(start))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(otherwise);
        } catch (IOException e) {
            return otherwise;
        }
    }
}

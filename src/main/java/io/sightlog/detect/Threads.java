package io.sightlog.detect;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How many threads one inference uses, and why.
 *
 * @param count 1 or more
 * @param why for people, such as {@code 2 processors}
 */
public record Threads(int count, String why) {
    private static final Path CPUS = Path.of("/sys/devices/system/cpu");
    /** The processors of one core, as the kernel names them: today's name, and the older one. */
    private static final List<String> SIBLINGS = List.of("topology/core_cpus_list", "topology/thread_siblings_list");
    /** With more than these, one core is left to decoding and to consumers. */
    private static final int FEW = 2;

    /**
     * As many as are best on this machine: one where there are two processors or fewer, else all physical cores but one. Where the
     * system does not say how many cores there are, as outside of Linux, half of the processors are taken for cores. No more cores are
     * counted than processors that this process may use.
     */
    public static Threads best() {
        return best(Runtime.getRuntime().availableProcessors(), CPUS);
    }

    /**
     * @param processors that this process may use
     * @param cpus the folder in which the kernel describes them
     */
    static Threads best(int processors, Path cpus) {
        if (processors <= FEW) {
            return new Threads(1, processors + (processors == 1 ? " processor" : " processors"));
        }
        int known = cores(cpus);
        int cores = Math.min(known == 0 ? (processors + 1) / 2 : known, processors);
        String counted = known == 0
                ? cores + " cores, guessed from " + processors + " processors"
                : cores + (cores == 1 ? " physical core" : " physical cores");
        return cores == 1 ? new Threads(1, counted) : new Threads(cores - 1, "one less than " + counted);
    }

    /** How many there are, or 0 when that cannot be seen. */
    private static int cores(Path cpus) {
        Set<String> cores = new HashSet<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(cpus, "cpu[0-9]*")) {
            for (Path folder : folders) {
                for (String name : SIBLINGS) {
                    Path siblings = folder.resolve(name);
                    if (Files.isReadable(siblings)) { // not of a processor that is switched off
                        cores.add(Files.readString(siblings).strip());
                        break;
                    }
                }
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0;
        }
        return cores.size();
    }
}

package io.sightlog.journal.internal.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Which other process has locked a file, as Linux tells in {@code /proc/locks}; for messages. */
public final class KernelLocks {
    private static final int KIND = 1;
    private static final int PID = 4;
    private static final int FILE = 5;
    private static final int FROM = 6;
    private static final int TO = 7;

    private KernelLocks() {}

    /**
     * A process with a record lock on a byte.
     *
     * @param pid 0 when that cannot be seen from here
     */
    public record Holder(long pid) {
        /** Such as {@code process 12 (python3)}. */
        public String describe() {
            if (pid == 0) {
                return "a process that cannot be seen from here";
            }
            String program = read(Path.of("/proc/" + pid + "/comm")).trim().replaceAll("\\p{Cntrl}", "?");
            return "process " + pid + (program.isEmpty() ? "" : " (" + program + ")");
        }
    }

    /** Null when no other process has it, or none that can be seen. */
    static @Nullable public Holder of(Path file, long at) {
        String inode;
        try {
            inode = ":" + Files.getAttribute(file, "unix:ino");
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return null;
        }
        for (String line : read(Path.of("/proc/locks")).split("\n", -1)) {
            String[] words = line.trim().split("\\s+", -1);
            if (words.length > TO
                    && (words[KIND].equals("POSIX") || words[KIND].equals("OFDLCK"))
                    && words[FILE].endsWith(inode)
                    && covers(words[FROM], words[TO], at)
                    && !words[PID].equals(String.valueOf(ProcessHandle.current().pid()))) {
                return new Holder(Math.max(0, Long.parseLong(words[PID])));
            }
        }
        return null;
    }

    private static boolean covers(String from, String to, long at) {
        return Long.parseLong(from) <= at && (to.equals("EOF") || at <= Long.parseLong(to));
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}

package io.sightlog.journal.internal.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the machine says about processes: of Linux all of it, elsewhere whether one is there and since when. */
public final class Proc {
    public static final boolean LINUX = "Linux".equals(System.getProperty("os.name"));

    /** The state of a process that is not there. */
    public static final char GONE = 0;

    private static final char UNKNOWN = '?';

    private Proc() {}

    /** {@link #GONE}, a letter of {@code /proc/PID/stat} ('T' stopped, 'Z' dead and not yet reaped), or '?'. */
    public static char state(long pid) {
        if (!LINUX) {
            return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent() ? UNKNOWN : GONE;
        }
        String[] stat = stat(pid);
        if (stat.length > 0 && !stat[0].isEmpty()) {
            return stat[0].charAt(0);
        }
        return Files.exists(Path.of("/proc/" + pid)) ? UNKNOWN : GONE;
    }

    /** Whether a process is there that can still do something. */
    public static boolean lives(long pid) {
        char state = state(pid);
        return state != GONE && state != 'Z' && state != 'X';
    }

    /** When it started: clock ticks since boot on Linux, ms since the epoch elsewhere; 0 unknown. */
    public static long started(long pid) {
        if (!LINUX) {
            return ProcessHandle.of(pid)
                    .flatMap(process -> process.info().startInstant())
                    .map(Instant::toEpochMilli)
                    .orElse(0L);
        }
        String[] stat = stat(pid);
        try {
            return stat.length > 19 ? Long.parseLong(stat[19]) : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Fields of {@code /proc/PID/stat} from the third on: the second, a name, may hold spaces and brackets. */
    private static String[] stat(long pid) {
        String text = read(Path.of("/proc/" + pid + "/stat"));
        int name = text.lastIndexOf(')');
        return name < 0 || name + 2 > text.length()
                ? new String[0]
                : text.substring(name + 2).trim().split(" ", -1);
    }

    /** Which boot of the machine this is; 0 unknown. */
    public static long bootId() {
        String hex = read(Path.of("/proc/sys/kernel/random/boot_id")).replace("-", "");
        try {
            return hex.length() < 16 ? 0 : Long.parseUnsignedLong(hex.substring(0, 16), 16);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Inode of this process's PID namespace; 0 unknown. */
    public static long pidNamespace() {
        try {
            String link = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
            return Long.parseLong(link.replaceAll("\\D", ""));
        } catch (IOException | NumberFormatException | UnsupportedOperationException e) {
            return 0;
        }
    }

    /** As whom a process acts on files. */
    public record User(int uid, int gid, Set<Integer> groups) {
        public boolean isMember(int group) {
            return gid == group || groups.contains(group);
        }
    }

    /** As whom this process acts on files; null when unknown. */
    static @Nullable public User user() {
        Map<String, String[]> status = new HashMap<>();
        for (String line : read(Path.of("/proc/self/status")).split("\n", -1)) {
            String[] words = line.trim().split("\\s+", -1);
            status.put(words[0], words);
        }
        String[] uids = status.getOrDefault("Uid:", new String[0]);
        String[] gids = status.getOrDefault("Gid:", new String[0]);
        try {
            Set<Integer> groups = new HashSet<>();
            for (String group : status.getOrDefault("Groups:", new String[0])) {
                if (!group.endsWith(":")) {
                    groups.add(Integer.parseUnsignedInt(group));
                }
            }
            return uids.length < 5 || gids.length < 5
                    ? null
                    : new User(Integer.parseUnsignedInt(uids[4]), Integer.parseUnsignedInt(gids[4]), groups);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Empty when unknown. */
    public static String hostName() {
        return read(Path.of("/proc/sys/kernel/hostname")).trim();
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException | SecurityException e) {
            return "";
        }
    }
}

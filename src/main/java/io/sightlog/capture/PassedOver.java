package io.sightlog.capture;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a folder holds besides pictures and videos, for one line. */
final class PassedOver {
    private static final int NAMED = 3;

    private final Path folder;
    private final List<String> names = new ArrayList<>();
    private int folders;
    private int hidden;
    private int others;

    PassedOver(Path folder) {
        this.folder = folder;
    }

    void add(Path entry) {
        String name = entry.getFileName().toString();
        if (Files.isDirectory(entry)) {
            folders++;
        } else if (name.startsWith(".")) {
            hidden++;
        } else {
            others++;
            if (names.size() < NAMED) {
                names.add(name);
            }
        }
    }

    /** Empty when there is nothing. */
    Optional<String> line() {
        List<String> parts = new ArrayList<>();
        if (others > 0) {
            String more = others > NAMED ? ", ..." : "";
            parts.add(count(others, "file") + " that " + (others == 1 ? "is" : "are") + " neither picture nor video ("
                    + String.join(", ", names) + more + ")");
        }
        if (folders > 0) {
            parts.add(count(folders, "folder"));
        }
        if (hidden > 0) {
            parts.add(count(hidden, "hidden file"));
        }
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of("not looked at in " + folder + ": " + String.join(", ", parts));
    }

    private static String count(int number, String of) {
        return number + " " + of + (number == 1 ? "" : "s");
    }
}

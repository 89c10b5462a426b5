package io.sightlog.timeline;

import io.sightlog.journal.CycleStatus;
import io.sightlog.journal.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The files of closed cycles as they were when their index was taken in, so that one that was replaced is told. One thread at a time. */
final class CycleFiles {
    private final Journal journal;
    /** By number: a file as the system shows it. */
    private final Map<Integer, String> seen = new HashMap<>();

    CycleFiles(Journal journal) {
        this.journal = journal;
    }

    void remember(CycleStatus cycle) {
        seen.put(cycle.number(), attributes(cycle));
    }

    /** Whether a cycle is still what an index was made from. What is in it is looked at only where its file is another than before. */
    boolean isSame(CycleStatus cycle, MadeFrom origin) {
        String before = seen.get(cycle.number());
        if (attributes(cycle).equals(before)) {
            return true;
        }
        remember(cycle);
        return origin.equals(MadeFrom.of(cycle.number(), journal.content(cycle)));
    }

    void keepOnly(Set<Integer> numbers) {
        seen.keySet().retainAll(numbers);
    }

    private static String attributes(CycleStatus cycle) {
        try {
            BasicFileAttributes all = Files.readAttributes(cycle.file(), BasicFileAttributes.class);
            return all.fileKey() + " " + all.size() + " " + all.lastModifiedTime();
        } catch (IOException e) {
            return "";
        }
    }
}

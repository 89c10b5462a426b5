package io.sightlog.cli;

import io.sightlog.detect.Near;
import io.sightlog.event.LabelSet;
import io.sightlog.event.LabelSource;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Labels that a reader asks for and that no label set of the journal has, most likely since they are mistyped. */
final class UnknownClasses {
    private UnknownClasses() {}

    /**
     * A line for each. Class ids are never unknown; neither is anything in a journal without label sets, whose events may carry
     * labels of their own.
     */
    static List<String> of(Journal journal, List<String> classes) {
        SortedSet<String> known = known(journal);
        if (known.isEmpty()) {
            return List.of();
        }
        return classes.stream()
                .filter(name -> !name.matches("\\d+") && known.stream().noneMatch(name::equalsIgnoreCase))
                .map(name -> "no label set of " + journal.directory() + " has a class " + name + "; "
                        + Near.hint(name.strip(), known))
                .toList();
    }

    private static SortedSet<String> known(Journal journal) {
        SortedSet<String> known = new TreeSet<>();
        LabelSource labels = journal.labels();
        for (long hash : journal.labelSets()) {
            try {
                LabelSet set = labels.find(hash);
                if (set != null) {
                    known.addAll(set.labels().values());
                }
            } catch (JournalException e) {
                // a label set that cannot be read is reported where an event needs it
            }
        }
        return known;
    }
}

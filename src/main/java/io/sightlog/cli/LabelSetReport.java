package io.sightlog.cli;

import io.sightlog.cli.terminal.Console;
import io.sightlog.consume.Selection;
import io.sightlog.event.Digest;
import io.sightlog.journal.Journal;
import java.util.Set;

/** What to say of label sets that events refer to and that cannot be had. */
final class LabelSetReport {
    private LabelSetReport() {}

    /**
     * One line a label set that was missing or could not be read, so that ids stand where labels were wanted. Not when labels were
     * selected: {@link ConsoleNotices#labelSetCannotMatch} has reported it then.
     */
    static void print(Journal journal, Selection selection, Set<Long> missing) {
        if (selection.asksForLabels()) {
            return;
        }
        for (long hash : missing) {
            Console.ERR.println(problem(journal, hash) + ": class ids are shown in place of labels");
        }
    }

    /** Why there are no labels. */
    static String problem(Journal journal, long hash) {
        String problem = journal.labels().problem(hash);
        return problem == null ? "label set " + Digest.hex(hash) + " is missing from the journal's catalogue" : problem;
    }
}

package io.sightlog.cli;

import io.sightlog.detect.Near;
import io.sightlog.journal.ConsumerStatus;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import java.util.List;

/** A name that no consumer has, most likely since it is mistyped. */
final class UnknownConsumer {
    private UnknownConsumer() {}

    /** That there is none, and which may be meant. */
    static JournalException of(Journal journal, String name) {
        List<String> names =
                journal.consumers().stream().map(ConsumerStatus::name).toList();
        return new JournalException("no consumer \"" + name + "\" in " + journal.directory() + "; "
                + (names.isEmpty() ? "there are none" : Near.hint(name, names)));
    }
}

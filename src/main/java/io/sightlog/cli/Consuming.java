package io.sightlog.cli;

import io.sightlog.cli.terminal.NativeCalls;
import io.sightlog.cli.terminal.Stop;
import io.sightlog.consume.Consumption;
import io.sightlog.consume.Newest;
import io.sightlog.consume.Outcome;
import io.sightlog.consume.Reading;
import io.sightlog.consume.Selection;
import io.sightlog.consume.Sink;
import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Journal;
import io.sightlog.journal.Start;
import java.io.IOException;

/** A {@link Consumption} in this process: its signals stop it, and what happens is said on standard error. */
final class Consuming {
    private Consuming() {}

    /**
     * The same from the newest so many selected events on.
     *
     * @throws io.sightlog.journal.JournalException as {@link Consumption#run}
     */
    static Reading newest(Journal journal, Reading reading, long events) {
        Stop.listen();
        Selection selection = reading.selection();
        Start from = new Newest(journal, selection, Stop::requested).start(events);
        return new Reading(
                selection.range(from, selection.to(), selection.by()),
                reading.name(),
                reading.follow(),
                reading.waiting());
    }

    /** @throws io.sightlog.journal.JournalException as {@link Consumption#run} */
    static Outcome run(Journal journal, Reading reading, Sink sink) throws IOException {
        Stop.listen();
        if (reading.follow() && reading.waiting() == IdleStrategy.Mode.FUTEX) {
            NativeCalls.look();
        }
        return new Consumption(journal, reading, Stop::requested, new ConsoleNotices(journal, reading.selection()))
                .run(sink);
    }
}

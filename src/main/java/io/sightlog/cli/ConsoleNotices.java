package io.sightlog.cli;

import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Program;
import io.sightlog.consume.Notices;
import io.sightlog.consume.Selection;
import io.sightlog.journal.IdleStrategy;
import io.sightlog.journal.Journal;
import io.sightlog.journal.Missed;
import java.util.List;

/** Says on standard error, in a line each, what happens while events are read. */
final class ConsoleNotices implements Notices {
    private final Journal journal;
    private final Selection selection;

    ConsoleNotices(Journal journal, Selection selection) {
        this.journal = journal;
        this.selection = selection;
    }

    @Override
    public void waitsForProducer() {
        Console.ERR.println("no events yet in " + journal.directory() + ": waiting for a producer");
    }

    @Override
    public void goesOnWhereItStopped(String consumer) {
        Console.ERR.println(
                consumer + " resumes where it stopped and ignores --from; to move it: sightlog consumers reset "
                        + consumer + " --to WHERE --execute");
    }

    @Override
    public void waitsOtherwise(IdleStrategy.Mode asked, IdleStrategy.Mode instead) {
        if (Program.isVerbose()) {
            Console.ERR.println("waiting by parking: there is no futex here, or sightlog.signal cannot be written");
        }
    }

    @Override
    public void damage(String what) {
        Console.ERR.println(what);
    }

    @Override
    public void missed(Missed missed) {
        Console.ERR.println(missed);
    }

    @Override
    public void labelSetCannotMatch(long hash) {
        Console.ERR.println(LabelSetReport.problem(journal, hash) + ": no label matches events that refer to it");
    }

    @Override
    public void unmet(List<String> classes) {
        UnknownClasses.of(journal, classes).forEach(Console.ERR::println);
    }

    @Override
    public void nothingInRange() {
        Console.ERR.println(new EmptyRange(journal, selection).message());
    }
}

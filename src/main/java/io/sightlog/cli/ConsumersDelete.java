package io.sightlog.cli;

import io.sightlog.cli.options.Amounts;
import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.consume.Consumption;
import io.sightlog.event.ShownTime;
import io.sightlog.journal.ConsumerStatus;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sightlog consumers delete}: previews that a name is forgotten, and does it with {@code --execute}. */
@Command(
        name = "delete",
        description =
                "Forget a consumer that is not running, so that it holds back no pruning. Shows what it would do; "
                        + "--execute does it.",
        footer = {"", "Events stay as they are. Who reads under the name again begins anew, at the start."})
final class ConsumersDelete implements Callable<Integer> {
    @ParentCommand
    Consumers parent = new Consumers();

    @Parameters(paramLabel = "NAME", description = "The consumer.")
    String name = "";

    @Option(names = "--execute", description = "Do it.")
    boolean execute;

    @Override
    public Integer call() {
        Journal journal = parent.queue.open();
        Integer keeps = journal.retention().heldBack().get(name);
        Console.OUT.println(name + ": " + where(journal) + "; prune "
                + (keeps == null ? "keeps nothing" : "keeps " + Amounts.count(keeps, "cycle")) + " for it");
        if (execute) {
            journal.deleteConsumer(name);
            Console.OUT.println("deleted consumer " + name);
        } else {
            Console.OUT.println("nothing was changed: --execute deletes it");
        }
        return Exit.DONE;
    }

    private String where(Journal journal) {
        ConsumerStatus status = status(journal);
        if (status == null) {
            return "damaged, its place is not known";
        }
        if (status.holderPid() != 0) {
            throw new JournalException(
                    "consumer \"" + name + "\" is running, as process " + status.holderPid() + ": stop it first");
        }
        String next = status.beyondEnd()
                ? "stands beyond the end"
                : status.next() == null ? "has read everything" : "stands at " + status.next();
        return next + ", " + Amounts.count(status.lagEvents(), "event") + " not read, "
                + (status.movedNanos() == 0 ? "never moved" : "last moved " + ShownTime.of(status.movedNanos()));
    }

    /** Null when it is damaged. */
    private @Nullable ConsumerStatus status(Journal journal) {
        ConsumerStatus status;
        try {
            status = journal.consumer(name);
        } catch (FileAccessException e) {
            throw e;
        } catch (JournalException e) {
            Console.ERR.println(e.getMessage());
            return null;
        }
        if (status == null) {
            Consumption.checkExists(journal);
            throw Consumers.unknown(journal, name);
        }
        return status;
    }
}

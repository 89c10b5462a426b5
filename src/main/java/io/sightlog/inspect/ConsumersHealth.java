package io.sightlog.inspect;

import io.sightlog.inspect.Symptom.Area;
import io.sightlog.journal.ConsumerStatus;
import io.sightlog.journal.Journal;
import io.sightlog.journal.NanoClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Named consumers that have stopped moving: nothing they have not read is pruned. */
final class ConsumersHealth {
    private static final long STUCK_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final long ABANDONED_NANOS = TimeUnit.DAYS.toNanos(1);

    private final Diagnosis diagnosis;
    private final NanoClock clock;

    ConsumersHealth(Diagnosis diagnosis, NanoClock clock) {
        this.diagnosis = diagnosis;
        this.clock = clock;
    }

    void look(Journal journal) {
        for (ConsumerStatus consumer : journal.consumers()) {
            if (consumer.damage() != null) {
                Path file = journal.directory().resolve("consumers").resolve(consumer.name() + ".position");
                diagnosis.add(
                        Area.CONSUMERS,
                        "consumer \"" + consumer.name() + "\" has lost its place: " + consumer.damage(),
                        "rm " + Diagnosis.quoted(file) + ", and it begins anew");
            } else {
                look(consumer);
            }
        }
    }

    private void look(ConsumerStatus consumer) {
        String name = "consumer \"" + consumer.name() + "\"";
        String reset = diagnosis.asOwner(
                "sightlog consumers reset -q " + diagnosis.quoted() + " " + consumer.name() + " --to end --execute");
        if (consumer.beyondEnd()) {
            diagnosis.add(Area.CONSUMERS, name + " is past the end: events that it has read are gone", reset);
            return;
        }
        long still = clock.nanos() - consumer.movedNanos();
        String behind =
                ", and is " + consumer.lagEvents() + (consumer.lagEvents() == 1 ? " event behind" : " events behind");
        if (consumer.lagEvents() == 0) {
            return;
        }
        if (consumer.holderPid() != 0 && still > STUCK_NANOS) {
            diagnosis.add(
                    Area.CONSUMERS,
                    name + " runs as process " + consumer.holderPid() + ", has not moved for " + rounded(still)
                            + behind,
                    "look at that process: ps -o pid,stat,etime,cmd -p " + consumer.holderPid());
        } else if (consumer.holderPid() == 0 && still > ABANDONED_NANOS) {
            diagnosis.add(
                    Area.CONSUMERS,
                    name + " does not run, has not moved for " + (consumer.movedNanos() == 0 ? "ever" : rounded(still))
                            + behind,
                    "start it again, or, when nobody uses it any more, "
                            + diagnosis.asOwner("sightlog consumers delete -q " + diagnosis.quoted() + " "
                                    + consumer.name() + " --execute"));
        }
    }

    private static String rounded(long nanos) {
        Duration duration = Duration.ofNanos(nanos);
        return duration.toDays() > 1
                ? duration.toDays() + " days"
                : duration.toHours() > 1 ? duration.toHours() + " hours" : duration.toMinutes() + " minutes";
    }
}

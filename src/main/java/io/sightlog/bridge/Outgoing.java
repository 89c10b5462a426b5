package io.sightlog.bridge;

import io.sightlog.bridge.OutgoingSink.Travel;
import io.sightlog.consume.Consumption;
import io.sightlog.consume.Notices;
import io.sightlog.consume.Outcome;
import io.sightlog.consume.Outcome.Ending;
import io.sightlog.consume.Reading;
import io.sightlog.event.JournalId;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.Position;
import io.sightlog.journal.Start;
import io.sightlog.retry.BackOff;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A bridge out: sends the selected events of a journal to a broker, as a named consumer, until it is to stop. What is saved is
 * always the position up to which all is acknowledged, or does not go. When the connection fails it is thrown away, and after a
 * while, longer each time, another one goes on from that position. One run, one thread; counts and metrics by any.
 */
public final class Outgoing {
    private static final Duration FIRST_WAIT = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final long LOOK_NANOS = 50_000_000;

    private final Journal journal;
    private final OutgoingOptions options;
    private final Outlet.Opening opening;
    private final BridgeCounts counts;
    private final EachOnce reading;
    private final BooleanSupplier stop;

    private final LongSupplier ticks;
    private final BackOff backOff;
    private final Backlog backlog;
    private final Outage outage;
    private final PassedOver passedOver;
    private final Travel travel;

    /**
     * @param broker as people know it
     * @param counts told of everything; its metrics get the lag and the disk, too
     * @param reading told of what happens while events are read, of each thing once
     * @param notices told of what happens with the broker
     * @param stop whether to stop, asked at least each 100 ms while it waits, by threads of the outlet, too
     */
    public Outgoing(
            Journal journal,
            OutgoingOptions options,
            String broker,
            Outlet.Opening opening,
            BridgeCounts counts,
            Notices reading,
            BridgeNotices notices,
            BooleanSupplier stop) {
        this(
                journal,
                options,
                broker,
                opening,
                counts,
                reading,
                notices,
                stop,
                System::nanoTime,
                new BackOff(new SplittableRandom(), FIRST_WAIT, LONGEST_WAIT));
    }

    Outgoing(
            Journal journal,
            OutgoingOptions options,
            String broker,
            Outlet.Opening opening,
            BridgeCounts counts,
            Notices reading,
            BridgeNotices notices,
            BooleanSupplier stop,
            LongSupplier ticks,
            BackOff backOff) {
        this.journal = journal;
        this.options = options;
        this.opening = opening;
        this.counts = counts;
        this.reading = new EachOnce(reading);
        this.stop = stop;
        this.ticks = ticks;
        this.backOff = backOff;
        this.backlog = new Backlog(journal, options.name(), ticks);
        this.outage = new Outage(broker, backlog, counts, notices, ticks);
        this.passedOver = new PassedOver(notices);
        this.travel = new Travel(counts, outage, passedOver, backOff::reset);
        counts.metrics().add(backlog::families);
    }

    /**
     * Sends until it is to stop or, when it does not follow, until all is acknowledged that was there at the beginning.
     *
     * @throws UndeliverableException when something can never be delivered; it says which event, and all before it are done
     * @throws io.sightlog.journal.JournalException when there is no journal, and it is not to follow, the consumer runs elsewhere,
     *     or the journal cannot be read
     * @throws IOException when the outlet fails otherwise
     */
    public OutgoingOutcome run() throws IOException {
        Consumption opens = new Consumption(journal, options.reading(), stop, reading);
        try (JournalReader reader = opens.open()) {
            while (!journal.exists() && !stop.getAsBoolean()) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
            return stop.getAsBoolean() ? stopped() : run(reader, withEnd(options.reading()));
        }
    }

    private OutgoingOutcome run(JournalReader reader, Reading bounded) throws IOException {
        JournalId id = journal.makeId();
        Packer packer = new Packer(id, options.form(), options.pictures(), options.labels(), options.forward());
        while (true) {
            Outlet.Bridge bridge =
                    new Outlet.Bridge(id, options.name(), reader.resets(), reader.isNew(), reader.handledLast());
            Window window = new Window(options.windowEvents(), options.windowBytes(), ticks, counts);
            IOException failure;
            Outcome outcome = null;
            long held = 0;
            try (Outlet outlet = opening.open(bridge, stop)) {
                outage.opened();
                reader.rewind(); // only now: what is deleted while the broker is away is missed, and told
                OutgoingSink sink = new OutgoingSink(journal, options, packer, outlet, window, travel, stop);
                if (options.form() == Form.NDJSON) {
                    try (PackAhead ahead = new PackAhead(journal, sink, packer, reading, stop)) {
                        outcome = new Consumption(journal, bounded, stop, reading).run(ahead, reader);
                        held = ahead.held();
                    }
                } else {
                    outcome = new Consumption(journal, bounded, stop, reading).run(sink, reader);
                }
                failure = window.failure();
            } catch (BrokerException e) {
                failure = e;
            } finally {
                window.close();
                counts.connected().set(0);
            }
            passOver(window.refused());
            if (failure != null && !(failure instanceof BrokerException)) {
                throw failure;
            }
            if (failure instanceof BrokerException away && !stop.getAsBoolean()) {
                outage.failed(away);
                pause(backOff.next());
            }
            if (stop.getAsBoolean()) {
                return outcome(Ending.STOPPED, window.unfinished() + held);
            }
            if (outcome != null && outcome.ending() != Ending.DONE && failure == null && !window.hasFailed()) {
                return outcome(outcome.ending(), window.unfinished() + held);
            }
        }
    }

    private void passOver(List<Window.Refused> refused) throws UndeliverableException {
        for (Window.Refused one : refused) {
            if (!options.skipUndeliverable()) {
                throw UndeliverableException.ofOne(
                        "event " + one.position() + " of " + journal.directory() + " cannot be delivered: "
                                + one.why().getMessage() + "; --skip-undeliverable passes it over",
                        one.why());
            }
            passedOver.add(one.position(), one.why());
        }
    }

    /** Looks at whether to stop meanwhile. */
    private void pause(long nanos) {
        long until = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !stop.getAsBoolean(); left = until - System.nanoTime()) {
            outage.waits();
            LockSupport.parkNanos(Math.min(left, LOOK_NANOS));
        }
    }

    /** One that does not follow ends with what is there now, and not with what is there after the last outage. */
    private Reading withEnd(Reading asked) {
        boolean ends = !asked.follow() || asked.selection().to() instanceof Start.End;
        Position last = ends ? last() : null;
        if (last == null
                || (asked.selection().to() != null && !(asked.selection().to() instanceof Start.End))) {
            return asked;
        }
        Start to = new Start.At(new Position(last.index(), Integer.MAX_VALUE));
        return new Reading(
                asked.selection()
                        .range(asked.selection().from(), to, asked.selection().by()),
                asked.name(),
                false,
                asked.waiting());
    }

    private @Nullable Position last() {
        try (JournalReader newest = journal.reader(new Start.Last(1))) {
            while (true) {
                try {
                    return newest.peek() ? newest.nextPosition() : null;
                } catch (DamageException e) { // reported when it is read
                    if (!e.canGoOn()) {
                        throw e;
                    }
                }
            }
        }
    }

    private OutgoingOutcome stopped() {
        return outcome(Ending.STOPPED, 0);
    }

    private OutgoingOutcome outcome(Ending ending, long waiting) {
        long acked = counts.acked().value();
        return new OutgoingOutcome(
                new Outcome(ending, acked, acked, reading.damaged(), reading.missed()),
                passedOver.count(),
                waiting,
                counts);
    }
}

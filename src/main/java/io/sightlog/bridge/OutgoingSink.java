package io.sightlog.bridge;

import io.sightlog.bridge.BridgeCounts.Reason;
import io.sightlog.consume.Sink;
import io.sightlog.event.Event;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends events on one connection. Each is outstanding from when it is given until the broker has it, or it is known to be there or
 * to stay. When the connection fails it has had enough, rather than to throw, so that what was acknowledged until then is saved:
 * the {@link Window} says why.
 */
final class OutgoingSink implements Sink {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int LOOK_EVERY = 256;
    private static final int NO_CYCLE = -1;

    private final Journal journal;
    private final OutgoingOptions options;
    private final Packer packer;
    private final Outlet outlet;
    private final Window window;
    private final Travel travel;
    private final BooleanSupplier stop;

    private final Set<Long> labelsSent = new HashSet<>();
    private int labelsCycle = NO_CYCLE;
    private int untilLook;

    /** What outlasts one connection. */
    static final class Travel {
        final BridgeCounts counts;
        final Outage outage;
        final PassedOver passedOver;
        /** Called when a connection has shown that it works. */
        final Runnable works;
        /** The newest event that was ever sent. */
        @Nullable
        Position newest;

        Travel(BridgeCounts counts, Outage outage, PassedOver passedOver, Runnable works) {
            this.counts = counts;
            this.outage = outage;
            this.passedOver = passedOver;
            this.works = works;
        }
    }

    OutgoingSink(
            Journal journal,
            OutgoingOptions options,
            Packer packer,
            Outlet outlet,
            Window window,
            Travel travel,
            BooleanSupplier stop) {
        this.journal = journal;
        this.options = options;
        this.packer = packer;
        this.outlet = outlet;
        this.window = window;
        this.travel = travel;
        this.stop = stop;
    }

    @Override
    public void accept(Event event) throws IOException {
        accept(event, null);
    }

    /** @param packed that event in its envelope, when that was done before */
    void accept(Event event, @Nullable Envelope packed) throws IOException {
        Position position = new Position(event.index(), event.place());
        Reason reason = travel.passedOver.contains(position) ? Reason.TOO_LARGE : packer.stays(event);
        boolean arrived = reason == null && outlet.hasArrived(position, event.producer(), event.sequence());
        Envelope envelope = reason != null || arrived ? null : packed != null ? packed : packer.pack(event, position);
        if (reason == null && !arrived && envelope == null) {
            reason = Reason.NO_PICTURE;
        }
        window.add(position);
        if (!awaitRoom(envelope == null ? 0 : envelope.body().length)) {
            return;
        }
        if (reason != null) {
            window.skip(reason);
        } else if (envelope == null) {
            window.arrived();
        } else {
            send(event, envelope);
        }
        if (--untilLook <= 0) {
            look();
        }
    }

    /** False when it is to stop, or the connection has failed: the event stays outstanding. */
    private boolean awaitRoom(int bytes) throws IOException {
        while (!window.awaitRoom(bytes, LOOK_NANOS)) {
            if (stop.getAsBoolean() || window.hasFailed()) {
                return false;
            }
            caughtUp(); // what is held back would never make room
        }
        return true;
    }

    private void send(Event event, Envelope envelope) throws IOException {
        Position position = envelope.position();
        Outlet.Receipt receipt = window.send(envelope.body().length);
        try {
            sendLabels(event);
            outlet.send(envelope, receipt);
            travel.counts.sent().add(1);
            if (travel.newest != null && position.compareTo(travel.newest) <= 0) {
                travel.counts.repeated().add(1);
            } else {
                travel.newest = position;
            }
        } catch (UndeliverableException e) {
            if (e.isOfOne() && options.skipUndeliverable()) {
                travel.passedOver.add(position, e);
                travel.passedOver.forgetBefore(window.oldest());
                window.skip(Reason.TOO_LARGE);
            } else {
                receipt.failed(e);
            }
        } catch (BrokerException e) {
            window.failed(e);
        }
    }

    /** Anew on each connection, and in each cycle, as readers of a broker keep things for some time only. */
    private void sendLabels(Event event) throws IOException {
        long hash = event.labelSetHash();
        if (options.form() != Form.RAW || hash == 0) {
            return;
        }
        int cycle = new Position(event.index(), event.place()).cycle();
        if (cycle != labelsCycle) {
            labelsSent.clear();
            labelsCycle = cycle;
        }
        if (labelsSent.contains(hash)) {
            return;
        }
        byte[] content = labels(hash);
        if (content != null) {
            outlet.sendLabels(hash, content);
        }
        labelsSent.add(hash);
    }

    private byte @Nullable [] labels(long hash) {
        try {
            return journal.labelSetContent(hash);
        } catch (FileAccessException e) {
            throw e;
        } catch (JournalException e) {
            return null; // damaged: it costs its labels, there as here
        }
    }

    private void look() {
        untilLook = LOOK_EVERY;
        if (travel.outage.look(outlet, window)) {
            travel.works.run();
        }
    }

    @Override
    public void caughtUp() throws IOException {
        if (window.hasFailed()) {
            return;
        }
        try {
            outlet.caughtUp();
        } catch (BrokerException | UndeliverableException e) {
            window.failed(e);
        }
        look();
    }

    @Override
    public boolean done() {
        return window.hasFailed();
    }

    @Override
    public @Nullable Position outstanding() {
        return window.oldest();
    }

    /** Waits until all is acknowledged; when it was asked to stop, or something cannot be delivered, for a bounded time. */
    @Override
    public void finish() throws IOException {
        while (window.sent() > 0 && !window.hasFailed() && !stop.getAsBoolean()) {
            caughtUp();
            window.awaitChange(LOOK_NANOS);
        }
        boolean isOfUse = !(window.failure() instanceof BrokerException) && !travel.outage.isAway();
        if (isOfUse && outlet.isConnected()) {
            try {
                outlet.finish(window.sent() == 0 ? Duration.ZERO : options.drain());
            } catch (BrokerException | UndeliverableException e) {
                window.failed(e);
            }
        }
        if (!window.hasFailed()) {
            look(); // at what came since the last time
        }
        window.close(); // what is acknowledged later is not saved any more: it is sent, and counted, again
    }
}

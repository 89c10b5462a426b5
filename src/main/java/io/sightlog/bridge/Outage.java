package io.sightlog.bridge;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whether the broker is away, and that people are told of it once for each outage. It is away when a connection fails or cannot be
 * made, and when nothing is acknowledged for some seconds though something is on its way, since some clients try again for hours
 * by themselves. It is back with the next acknowledgement or, when there is nothing to send, when it stays connected for as long.
 * One thread.
 */
final class Outage {
    /** So long without an acknowledgement is an outage. */
    static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String broker;
    private final Backlog backlog;
    private final BridgeCounts counts;
    private final BridgeNotices notices;
    private final LongSupplier ticks;

    private boolean isAway;
    private boolean saidConnected;
    private boolean saidDisk;
    private long openedTicks;
    private long acksSeen;

    Outage(String broker, Backlog backlog, BridgeCounts counts, BridgeNotices notices, LongSupplier ticks) {
        this.broker = broker;
        this.backlog = backlog;
        this.counts = counts;
        this.notices = notices;
        this.ticks = ticks;
    }

    boolean isAway() {
        return isAway;
    }

    /** There is a new connection. */
    void opened() {
        openedTicks = ticks.getAsLong();
        acksSeen = 0;
    }

    /** A connection has failed, or could not be made. */
    void failed(BrokerException why) {
        counts.failures().add(1);
        begin(String.valueOf(why.getMessage()));
    }

    /**
     * Looks at what is on its way.
     *
     * @return whether the connection has shown that it works
     */
    boolean look(Outlet outlet, Window window) {
        backlog.sample();
        long acks = window.acks();
        boolean works = acks > acksSeen;
        acksSeen = acks;
        long silent = window.silentNanos();
        if (!works && silent > SILENT_NANOS) {
            begin("nothing was acknowledged for " + TimeUnit.NANOSECONDS.toSeconds(SILENT_NANOS)
                    + " s, though " + window.sent() + (window.sent() == 1 ? " event is" : " events are")
                    + " on the way");
            waits();
            return false;
        }
        boolean isIdle = window.sent() == 0 && outlet.isConnected();
        boolean lasts = ticks.getAsLong() - openedTicks >= SILENT_NANOS;
        if (works || (isIdle && (!isAway || lasts))) {
            end();
        } else {
            waits();
        }
        counts.connected().set(!isAway && outlet.isConnected() ? 1 : 0);
        return works || (isIdle && lasts);
    }

    /** Called again and again in an outage: says how long the disk lasts as soon as that is known. */
    void waits() {
        if (isAway && !saidDisk) {
            backlog.sample();
            String disk = backlog.diskText();
            if (!disk.isEmpty()) {
                saidDisk = true;
                notices.note(disk);
            }
        }
    }

    private void begin(String why) {
        counts.connected().set(0);
        if (!isAway) {
            isAway = true;
            backlog.sample();
            saidDisk = !backlog.diskText().isEmpty();
            notices.away(why, backlog.text());
        }
    }

    private void end() {
        if (isAway || !saidConnected) {
            isAway = false;
            saidConnected = true;
            notices.connected(broker);
        }
    }
}

package io.sightlog.jmh;

import io.sightlog.bridge.Envelope;
import io.sightlog.bridge.Outlet;
import io.sightlog.journal.Position;
import java.io.IOException;
import java.time.Duration;

/** An outlet between a bridge and its outlet: says when what is sent, and when that is acknowledged. */
final class WatchedOutlet implements Outlet {
    private final Outlet outlet;
    private final Watch watch;

    /** Told of each event; acknowledgements come on threads of the client. */
    interface Watch {
        void sent(Envelope envelope);

        void acked(Envelope envelope);
    }

    WatchedOutlet(Outlet outlet, Watch watch) {
        this.outlet = outlet;
        this.watch = watch;
    }

    @Override
    public boolean hasArrived(Position position, long producer, long sequence) {
        return outlet.hasArrived(position, producer, sequence);
    }

    @Override
    public void send(Envelope envelope, Receipt receipt) throws IOException {
        watch.sent(envelope);
        outlet.send(envelope, new Receipt() {
            @Override
            public void acked() {
                watch.acked(envelope);
                receipt.acked();
            }

            @Override
            public void failed(IOException why) {
                receipt.failed(why);
            }
        });
    }

    @Override
    public void sendLabels(long hash, byte[] content) throws IOException {
        outlet.sendLabels(hash, content);
    }

    @Override
    public void caughtUp() throws IOException {
        outlet.caughtUp();
    }

    @Override
    public void finish(Duration most) throws IOException {
        outlet.finish(most);
    }

    @Override
    public boolean isConnected() {
        return outlet.isConnected();
    }

    @Override
    public void close() {
        outlet.close();
    }
}

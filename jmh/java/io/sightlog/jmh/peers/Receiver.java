package io.sightlog.jmh.peers;

/** The consumer's end of a peer. One thread. */
interface Receiver extends AutoCloseable {
    /** Hands what is there to {@code arrivals}; when nothing is there, waits once, as this peer waits. */
    void poll(Arrivals arrivals);

    @Override
    void close();
}

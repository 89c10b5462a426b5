package io.sightlog.jmh.peers;

/** The producer's end of a peer. One thread. */
interface Sender extends AutoCloseable {
    /**
     * Sends the sample event; has handed it over when it returns.
     *
     * @param number goes into its frame number
     * @param nanos goes into its time of capture
     */
    void send(long number, long nanos);

    /** Hands over what is still held back, where a peer collects. */
    default void flush() {}

    @Override
    void close();
}

package io.sightlog.jmh.peers;

/** A peer did not do what it was asked for. */
final class PeerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    PeerException(String message) {
        super(message);
    }
}

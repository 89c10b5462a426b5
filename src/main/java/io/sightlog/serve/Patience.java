package io.sightlog.serve;

/**
 * How long askers may take, in milliseconds.
 *
 * @param first from the first byte of a connection to the end of its first request, with the handshake of TLS
 * @param next from the end of an answer to the end of the next request
 * @param whole until a short answer is with the asker
 * @param piece until a piece of a long answer, of {@link Limits#PIECE_BYTES}, is on its way
 * @param turn that is waited for, when as many answers are made as may be at once
 */
record Patience(long first, long next, long whole, long piece, long turn) {
    static final Patience USUAL = new Patience(10_000, 30_000, 15_000, 10_000, 2_000);
}

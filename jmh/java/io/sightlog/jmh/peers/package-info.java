/**
 * The same event from one process to another through Sightlog and through its peers, side by side.
 *
 * <p>{@link io.sightlog.jmh.peers.Peers} starts two processes for each peer, a producer and a consumer ({@link
 * io.sightlog.jmh.peers.Side}, or a program in C or Python that speaks the same lines), and asks them for one rate after the other.
 */
@NullMarked
package io.sightlog.jmh.peers;

import org.jspecify.annotations.NullMarked;

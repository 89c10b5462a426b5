/**
 * What all bridges to brokers have in common, in both directions.
 *
 * <p><b>Out.</b> {@link io.sightlog.bridge.Outgoing} is a named consumer: it goes over the journal, wraps each event in an {@link
 * io.sightlog.bridge.Envelope}, hands it to a broker's {@link io.sightlog.bridge.Outlet}, and keeps what is on its way in a
 * {@link io.sightlog.bridge.Window}. The position that is saved is always that up to which everything is acknowledged. Any failure
 * throws the outlet away and rewinds to that position.
 *
 * <p><b>In.</b> {@link io.sightlog.bridge.Inbox} makes events of what a broker delivered, and appends them with their {@link
 * io.sightlog.event.Origin}, so that the journal itself knows how far it is.
 */
@NullMarked
package io.sightlog.bridge;

import org.jspecify.annotations.NullMarked;

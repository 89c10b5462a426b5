/**
 * What was seen, and its bytes. Knows nothing of where events are kept.
 *
 * <p>{@link io.sightlog.event.EventDraft} is filled by a producer and encoded where its writer says;
 * {@link io.sightlog.event.Event} is one reused view over encoded bytes, valid until its reader moves on. Both belong to one thread at a time and allocate
 * nothing once warm. Everything in an event is checked before the first field is given out: magic, version, sizes, and
 * the checksum over all bytes.
 */
@NullMarked
package io.sightlog.event;

import org.jspecify.annotations.NullMarked;

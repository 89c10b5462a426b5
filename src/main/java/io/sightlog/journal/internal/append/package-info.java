/**
 * The writing side of the journal: the lock, the next cycle's file made complete before the library sees it,
 * durability, what happens when the device is full, and Chronicle Queue itself, through {@code ChronicleAdapter}.
 *
 * <p>Read {@code Appender} first: begin, end, ended are one append. Then {@code WriterLock}, which orders writers, and
 * {@code CycleProvisioner}, which keeps the files ready for them.
 */
@NullMarked
package io.sightlog.journal.internal.append;

import org.jspecify.annotations.NullMarked;

/**
 * The writing side of the journal: the lock, the next cycle's file made complete before the library sees it,
 * durability, what happens when the device is full, and Chronicle Queue itself, behind {@code ChronicleAdapter}.
 */
@NullMarked
package io.sightlog.journal.internal.append;

import org.jspecify.annotations.NullMarked;

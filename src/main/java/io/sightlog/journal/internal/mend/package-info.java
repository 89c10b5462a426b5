/**
 * Sets a journal right after a loss of power or the death of a writer, under the write lock, before anything is appended.
 *
 * <p>Read {@code PowerLossRepair} first; {@code Fillers} is how it closes a hole. {@code PartialWrites} and
 * {@code UnfinishedMetadata} clear what a writer that died left half written.
 */
@NullMarked
package io.sightlog.journal.internal.mend;

import org.jspecify.annotations.NullMarked;

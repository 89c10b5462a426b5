/**
 * The reading side of the journal: over the mapped bytes of its files, checked, without a lock.
 *
 * <p>Read {@code CycleCursor} first: it moves from document to document of one file, a {@code CycleFile}, and decides what may be
 * passed where something is damaged. {@code JournalCursor} moves from file to file and through batches; {@code Seek} takes it to
 * where reading is to begin.
 */
@NullMarked
package io.sightlog.journal.internal.read;

import org.jspecify.annotations.NullMarked;

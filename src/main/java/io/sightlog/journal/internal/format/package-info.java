/**
 * The files of a journal and the words in them, as {@code docs/format.md} draws them.
 *
 * <p>Read {@code JournalDirectory} first, which names the files, then {@code DocumentHeader} and {@code BatchLayout}, which say what
 * stands in a cycle's file. Each other file has a class of its own: {@code Metadata}, {@code Signal}, {@code WriterSlots},
 * {@code ConsumerFile}, {@code Catalogue}, {@code PrunedLog}.
 */
@NullMarked
package io.sightlog.journal.internal.format;

import org.jspecify.annotations.NullMarked;

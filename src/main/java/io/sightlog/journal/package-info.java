/**
 * Where events are kept: a directory of memory-mapped files that any number of processes append to and read.
 *
 * <p>The only room that imports Chronicle Queue, which does the writing: its lock orders writers, its header swap makes an
 * excerpt visible all at once or not at all. Reading goes past it, over the mapped bytes, as {@code docs/format.md} draws
 * them: nothing is locked, nothing is written, and nothing in a file is trusted before it was checked.
 *
 * <p><b>Threads.</b> A {@link io.sightlog.journal.Journal} may be shared. A {@link io.sightlog.journal.JournalWriter} and a
 * {@link io.sightlog.journal.JournalReader} belong to one thread at a time.
 *
 * <p><b>Order.</b> A writer fills the payload, stamps it under the write lock, and then swaps the excerpt's header from 0
 * to its length (release). A reader loads the header (acquire), and sees all of the payload when it is not 0. A named
 * reader saves its position after the handler has returned.
 */
@NullMarked
package io.sightlog.journal;

import org.jspecify.annotations.NullMarked;

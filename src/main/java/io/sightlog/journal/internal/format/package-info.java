/**
 * The files of a journal and the words in them, as {@code docs/format.md} draws them.
 */
@NullMarked
package io.sightlog.journal.internal.format;

import org.jspecify.annotations.NullMarked;

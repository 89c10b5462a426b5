/**
 * Sets a journal right after a loss of power or the death of a writer, under the write lock.
 */
@NullMarked
package io.sightlog.journal.internal.mend;

import org.jspecify.annotations.NullMarked;

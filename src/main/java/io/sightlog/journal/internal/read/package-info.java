/**
 * The reading side of the journal: over the mapped bytes of its files, checked, without a lock.
 */
@NullMarked
package io.sightlog.journal.internal.read;

import org.jspecify.annotations.NullMarked;

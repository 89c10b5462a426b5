/**
 * One walk over everything in a journal, with nothing believed: what {@code verify} reports and {@code recover}
 * copies.
 */
@NullMarked
package io.sightlog.journal.audit;

import org.jspecify.annotations.NullMarked;

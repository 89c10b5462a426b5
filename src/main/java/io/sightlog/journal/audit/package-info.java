/**
 * One walk over everything in a journal, with nothing believed: what {@code verify} reports and {@code recover}
 * copies.
 *
 * <p>Read {@code Audit} first; {@code FileAudit} goes over one cycle's file, {@code DirectoryAudit} over what is beside those.
 */
@NullMarked
package io.sightlog.journal.audit;

import org.jspecify.annotations.NullMarked;

/**
 * The picture that an event is about, found again: kept beside the journal, or in the source it came from; and its boxes drawn into it.
 */
@NullMarked
package io.sightlog.pictures;

import org.jspecify.annotations.NullMarked;

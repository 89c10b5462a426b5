/** The clock that re-emits the past at a pace. */
@NullMarked
package io.sightlog.replay;

import org.jspecify.annotations.NullMarked;

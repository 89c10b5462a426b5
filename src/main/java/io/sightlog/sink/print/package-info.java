/** Prints events as lines. */
@NullMarked
package io.sightlog.sink.print;

import org.jspecify.annotations.NullMarked;

/** Capture, detect, append: where frames become events. */
@NullMarked
package io.sightlog.produce;

import org.jspecify.annotations.NullMarked;

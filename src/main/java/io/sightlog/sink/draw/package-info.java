/**
 * Draws what was seen into the pictures and videos it was seen in.
 *
 * <p>{@link io.sightlog.sink.draw.DrawSink} takes events and re-reads each frame from its source. Sources are hostile
 * until proven otherwise: only regular files are opened, under the allowed folders when there are any; names of
 * output files are made here and never leave the output folder; what is drawn appears there whole or not at all.
 */
@NullMarked
package io.sightlog.sink.draw;

import org.jspecify.annotations.NullMarked;

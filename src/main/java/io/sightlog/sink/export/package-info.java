/** Writes the pictures that are kept beside a journal into a folder. */
@NullMarked
package io.sightlog.sink.export;

import org.jspecify.annotations.NullMarked;

/**
 * What is appended, handed on as it comes: one thread reads the journal for all who listen, each of whom is a nameless reader with a
 * position and no queue. Who is slow jumps ahead and is told.
 */
@NullMarked
package io.sightlog.serve.live;

import org.jspecify.annotations.NullMarked;

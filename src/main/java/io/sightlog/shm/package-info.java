/**
 * POSIX shared memory with one frame in it, as the C and Python programs share it that Sightlog grew from. Nobody locks
 * anything there, and nothing in it tells whether a copy is whole: docs/ancestors.md says what is done about that.
 *
 * <p>Segments are read and written with system calls and never mapped, so that one that is cut by others is no fault here.
 */
@NullMarked
package io.sightlog.shm;

import org.jspecify.annotations.NullMarked;

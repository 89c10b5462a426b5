/** Frames out of a shared memory segment, as events: for detectors that know nothing of journals. */
@NullMarked
package io.sightlog.produce.shm;

import org.jspecify.annotations.NullMarked;

/** Benchmarks of the hot path; each checks its answer before it is timed. */
@NullMarked
package io.sightlog.jmh;

import org.jspecify.annotations.NullMarked;

/**
 * Measures: how long an event takes from one process to another, and how many a second can be appended and replayed, beside a
 * plain copy of the same bytes. Answers as values; nothing is printed here.
 *
 * <p><b>The clock.</b> Latency is the difference of two times taken in two processes with {@link System#nanoTime}. On Linux
 * that is {@code CLOCK_MONOTONIC}, which counts from the start of the machine and is the same for every process outside
 * another time namespace. This is not taken for granted: each child says what its clock shows, and a round fails when that
 * does not lie between what its parent's showed before and after.
 *
 * <p><b>The schedule.</b> Event {@code k} is due at {@code start + k / rate}, whatever happened to those before it, and
 * its latency counts from there. A producer that stalls sends late, and all the lateness is in the result.
 */
@NullMarked
package io.sightlog.bench;

import org.jspecify.annotations.NullMarked;

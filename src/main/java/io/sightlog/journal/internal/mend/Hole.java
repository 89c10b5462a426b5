package io.sightlog.journal.internal.mend;

/**
 * Where documents cannot be followed.
 *
 * @param from byte at which that begins
 * @param to byte at which they go on
 * @param sequence number of the first that is missing
 * @param documents how many are missing
 */
record Hole(long from, long to, long sequence, long documents) {}

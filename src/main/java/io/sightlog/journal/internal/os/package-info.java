/**
 * What is asked of the operating system: maps, locks, devices, processes.
 */
@NullMarked
package io.sightlog.journal.internal.os;

import org.jspecify.annotations.NullMarked;

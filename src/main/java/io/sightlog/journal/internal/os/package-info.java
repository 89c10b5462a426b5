/**
 * What is asked of the operating system: files mapped and read, locks of the kernel, devices, processes.
 *
 * <p>Read {@code FileView} first: every byte that a reader looks at comes through it. Then {@code Disk} and {@code Proc}. Knows
 * nothing of journals.
 */
@NullMarked
package io.sightlog.journal.internal.os;

import org.jspecify.annotations.NullMarked;

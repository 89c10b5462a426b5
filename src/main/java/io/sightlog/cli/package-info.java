/** The command line: one class a verb, and the only room that wires the others together. */
@NullMarked
package io.sightlog.cli;

import org.jspecify.annotations.NullMarked;

/** The process's standard streams, its signals and its end: what all verbs share with the outside. Imports no other of {@code cli}. */
@NullMarked
package io.sightlog.cli.terminal;

import org.jspecify.annotations.NullMarked;

/**
 * Options that several verbs share, each said once, and how their values are read.
 */
@NullMarked
package io.sightlog.cli.options;

import org.jspecify.annotations.NullMarked;

/** Readers of the outputs of each family of models, and non-maximum suppression. */
@NullMarked
package io.sightlog.detect.internal.decode;

import org.jspecify.annotations.NullMarked;

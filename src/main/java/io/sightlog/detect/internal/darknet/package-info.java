/** Darknet's cfg and weights, as a graph for ONNX Runtime. */
@NullMarked
package io.sightlog.detect.internal.darknet;

import org.jspecify.annotations.NullMarked;

/** A model loaded into ONNX Runtime through DJL, and what is written in its file. */
@NullMarked
package io.sightlog.detect.internal.engine;

import org.jspecify.annotations.NullMarked;

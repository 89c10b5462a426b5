/** Which family a model belongs to, by looking at it. */
@NullMarked
package io.sightlog.detect.internal.recognise;

import org.jspecify.annotations.NullMarked;

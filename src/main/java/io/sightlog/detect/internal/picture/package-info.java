/** From a picture to the input tensor, and from boxes in the tensor back to the picture. */
@NullMarked
package io.sightlog.detect.internal.picture;

import org.jspecify.annotations.NullMarked;

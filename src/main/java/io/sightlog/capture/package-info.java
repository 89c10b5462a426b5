/**
 * From files to decoded pictures. Knows nothing of what is looked for in them.
 *
 * <p>A {@link io.sightlog.capture.FrameSource} gives what a producer looks at, frame by frame, decoded ahead on a thread
 * of its own. {@link io.sightlog.capture.Pictures} and {@link io.sightlog.capture.VideoReader} read one file again, for
 * whoever wants to see a frame that was recorded earlier.
 *
 * <p>Pictures are OpenCV {@code Mat}s: 8-bit BGR, continuous, in native memory. Whoever is given one owns it and closes
 * it; nothing waits for the garbage collector.
 */
@NullMarked
package io.sightlog.capture;

import org.jspecify.annotations.NullMarked;

/**
 * Kept frames: pictures beside the events, in append-only files of each producer, as {@code docs/format.md} draws them.
 *
 * <p>Read {@code FrameFiles} first, which writes: a picture, then the event that points to it. {@code FrameStore} reads, and believes
 * nothing; {@code FrameFolder} lists files, for those that count, prune and verify; {@code FrameLock} keeps the file that is written to
 * from being deleted.
 */
@NullMarked
package io.sightlog.journal.internal.frames;

import org.jspecify.annotations.NullMarked;

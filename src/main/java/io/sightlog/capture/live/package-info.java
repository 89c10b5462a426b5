/**
 * Cameras: sources that go on for ever, are looked at as of now, and may be gone for a while.
 *
 * <p>{@link io.sightlog.capture.live.LiveSources} has one thread for each camera. A thread opens its {@link
 * io.sightlog.capture.live.Feed}, decodes all that comes, and keeps the newest frame; whoever looks takes that one. What is gone is
 * waited for, and said.
 */
@NullMarked
package io.sightlog.capture.live;

import org.jspecify.annotations.NullMarked;

/**
 * The one loop of whatever reads a journal: {@link io.sightlog.consume.Consumption} goes over a {@link
 * io.sightlog.consume.Selection}, hands its events to a {@link io.sightlog.consume.Sink}, and saves how far that is done. It
 * prints nothing and knows no signals: what happens is told to {@link io.sightlog.consume.Notices} and in an {@link
 * io.sightlog.consume.Outcome}.
 */
@NullMarked
package io.sightlog.consume;

import org.jspecify.annotations.NullMarked;

/**
 * Numbers about a run and about a journal: counters, gauges and histograms as values, and as Prometheus text; and
 * {@link io.sightlog.metrics.MetricsServer}, which serves the text and says whether a process lives and is ready. It answers who asks;
 * nobody is asked by it and nothing is sent on its own.
 */
@NullMarked
package io.sightlog.metrics;

import org.jspecify.annotations.NullMarked;

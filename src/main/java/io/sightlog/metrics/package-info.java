/**
 * Numbers about a run and about a journal: counters, gauges and histograms as values, and as Prometheus text. Nobody is asked and
 * nothing is sent; whoever serves the text lives elsewhere.
 */
@NullMarked
package io.sightlog.metrics;

import org.jspecify.annotations.NullMarked;

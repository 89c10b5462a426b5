/** Kafka, both ways: what only its client and its protocol ask for. */
@NullMarked
package io.sightlog.bridge.kafka;

import org.jspecify.annotations.NullMarked;

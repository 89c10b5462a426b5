/** MQTT, both ways: what only its client and its protocol ask for. */
@NullMarked
package io.sightlog.bridge.mqtt;

import org.jspecify.annotations.NullMarked;

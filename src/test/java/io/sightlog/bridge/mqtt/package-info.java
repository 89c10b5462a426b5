/** Tests of the bridge to MQTT, against a real broker: Debian's mosquitto, as a child of the test. */
@NullMarked
package io.sightlog.bridge.mqtt;

import org.jspecify.annotations.NullMarked;

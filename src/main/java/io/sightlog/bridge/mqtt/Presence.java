package io.sightlog.bridge.mqtt;

import io.sightlog.bridge.Envelope;
import io.sightlog.bridge.mqtt.HomeAssistant.Sensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What is seen now, for each stream and label: on with a detection that was captured a moment ago, and off when none has come for a
 * while. What a bridge sends late turns nothing on. Outlasts connections, and tells each new one everything. One thread.
 */
final class Presence {
    /** More than these are left out, as labels may come from anywhere. */
    static final int MOST_SENSORS = 1_000;

    private final HomeAssistant homeAssistant;
    private final LongSupplier clock;
    private final long timeoutNanos;
    private final Map<Sensor, State> sensors = new LinkedHashMap<>();
    private long lookedNanos;

    private static final class State {
        long seenNanos;
        long saidNanos;
        boolean on;
    }

    /** @param clock nanoseconds since the epoch */
    Presence(HomeAssistant homeAssistant, LongSupplier clock) {
        this.homeAssistant = homeAssistant;
        this.clock = clock;
        this.timeoutNanos = homeAssistant.timeout().toNanos();
    }

    /** Tells a new connection what there is. */
    void connected(String statusTopic, Consumer<Message> publish) {
        long now = clock.getAsLong();
        sensors.forEach((sensor, state) -> {
            state.on = now - state.seenNanos < timeoutNanos;
            state.saidNanos = now;
            publish.accept(homeAssistant.discovery(sensor, statusTopic));
            publish.accept(homeAssistant.state(sensor, state.on));
        });
    }

    /** An event goes out. */
    void sent(Envelope event, String prefix, String bridgeId, String statusTopic, Consumer<Message> publish) {
        for (String label : event.labels()) {
            Sensor sensor = new Sensor(prefix, bridgeId, event.stream(), label);
            State state = sensors.get(sensor);
            if (state == null) {
                if (sensors.size() >= MOST_SENSORS) {
                    continue;
                }
                state = new State();
                sensors.put(sensor, state);
                publish.accept(homeAssistant.discovery(sensor, statusTopic));
            }
            state.seenNanos = Math.max(state.seenNanos, event.capturedNanos());
            long now = clock.getAsLong();
            boolean on = now - state.seenNanos < timeoutNanos;
            if (on && (!state.on || now - state.saidNanos >= timeoutNanos / 2)) {
                say(sensor, state, true, now, publish);
            }
        }
        look(publish);
    }

    /** Called again and again: turns off what was not seen for a while. */
    void look(Consumer<Message> publish) {
        long now = clock.getAsLong();
        if (now - lookedNanos < timeoutNanos / 10 && now >= lookedNanos) {
            return;
        }
        lookedNanos = now;
        sensors.forEach((sensor, state) -> {
            if (state.on && now - state.seenNanos >= timeoutNanos) {
                say(sensor, state, false, now, publish);
            }
        });
    }

    /** The bridge ends: nothing is known to be there any more. */
    void ends(Consumer<Message> publish) {
        sensors.forEach((sensor, state) -> {
            if (state.on) {
                say(sensor, state, false, clock.getAsLong(), publish);
            }
        });
    }

    private void say(Sensor sensor, State state, boolean on, long now, Consumer<Message> publish) {
        state.on = on;
        state.saidNanos = now;
        publish.accept(homeAssistant.state(sensor, on));
    }
}

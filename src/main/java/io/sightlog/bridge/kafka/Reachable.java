package io.sightlog.bridge.kafka;

import io.sightlog.bridge.BridgeCounts;
import io.sightlog.bridge.BridgeNotices;
import io.sightlog.metrics.Gauge;
import java.io.IOException;

/** Whether the broker answers, and that people are told of it once for each outage. One thread. */
final class Reachable {
    private final String broker;
    private final BridgeCounts counts;
    private final BridgeNotices notices;
    private final Gauge.One lagEvents;
    private final Gauge.One lagSeconds;
    private boolean isAway;
    private boolean isConnected;

    Reachable(String broker, BridgeCounts counts, BridgeNotices notices) {
        this.broker = broker;
        this.counts = counts;
        this.notices = notices;
        this.lagEvents = counts.metrics()
                .gauge("sightlog_bridge_lag_events", "Records that the broker has and the bridge has not received.")
                .of();
        this.lagSeconds = counts.metrics()
                .gauge(
                        "sightlog_bridge_lag_seconds",
                        "How old the newest record is that was received, while others wait.")
                .of();
    }

    /** What waits at the broker. */
    void lag(long records, double seconds) {
        lagEvents.set((double) records);
        lagSeconds.set(seconds);
    }

    /** It has answered. */
    void works() {
        if (!isConnected) {
            isConnected = true;
            isAway = false;
            counts.connected().set(1);
            notices.connected(broker);
        }
    }

    /** It has not answered, or not as it should. */
    void failed(IOException why) {
        counts.connected().set(0);
        isConnected = false;
        if (!isAway) {
            isAway = true;
            counts.failures().add(1);
            notices.away(String.valueOf(why.getMessage()), "");
        }
    }
}

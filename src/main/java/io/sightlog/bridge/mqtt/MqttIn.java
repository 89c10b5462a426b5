package io.sightlog.bridge.mqtt;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What is to be received.
 *
 * @param filters of topics, one or more, as MQTT has them: {@code +} is one level, {@code #} all that follow
 * @param qos 0 to 2, the most that the broker is to deliver with
 * @param sessionExpirySeconds how long the broker keeps what comes while this client is away, where MQTT 5 is spoken
 * @param eventsOnly whether the word of a bridge that it is online or offline is left out, as it is no event
 * @param untilEnd whether to end when nothing comes any more
 */
public record MqttIn(List<String> filters, int qos, long sessionExpirySeconds, boolean eventsOnly, boolean untilEnd) {
    /** A session without an end. */
    public static final long FOR_EVER = 0xffff_ffffL;

    private static final String SHARED = "$share";
    private static final Pattern SHARED_FILTER = Pattern.compile("\\$share/[^/+#]+/.+", Pattern.DOTALL);

    /** @throws IllegalArgumentException when there is no filter, one is not what MQTT takes, or no session lasts so long */
    public MqttIn {
        filters = List.copyOf(filters);
        if (filters.isEmpty()) {
            throw new IllegalArgumentException("no topics to receive: -t FILTER is needed, e.g. -t 'sightlog/#'");
        }
        filters.forEach(MqttIn::check);
        if (sessionExpirySeconds < 0 || sessionExpirySeconds > FOR_EVER) {
            throw new IllegalArgumentException("bad --session-expiry " + sessionExpirySeconds
                    + ": seconds are needed, 0 to " + FOR_EVER + " (for ever)");
        }
    }

    private static void check(String filter) {
        boolean shared = filter.equals(SHARED) || filter.startsWith(SHARED + "/");
        if (shared && !SHARED_FILTER.matcher(filter).matches()) {
            throw new IllegalArgumentException("bad filter \"" + filter
                    + "\": what several receive in turns is $share/GROUP/FILTER, e.g. $share/lab/cameras/#");
        }
        List<String> levels = List.of(filter.split("/", -1));
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            boolean wild = level.indexOf('+') >= 0 || level.indexOf('#') >= 0;
            if (filter.isEmpty()
                    || (wild && level.length() > 1)
                    || (level.equals("#") && i < levels.size() - 1)
                    || filter.indexOf('\0') >= 0) {
                throw new IllegalArgumentException(
                        "bad filter \"" + filter
                                + "\": + stands for a whole level, and # for all that follow, at the end; e.g. cameras/+/events/#");
            }
        }
    }
}

package io.sightlog.bridge;

/**
 * What travels beside a body: names and how their values are written, all of them text, since MQTT's properties are. Readers of
 * other programs may rely on them; docs/bridges.md has the table.
 */
public final class Headers {
    /** {@code <producer, 16 hex digits>-<sequence, decimal>}: what an event is known by. */
    public static final String ID = "sightlog-id";
    /** {@code 0x<index>:<place>}, in the journal that sent it. */
    public static final String POSITION = "sightlog-position";
    /** Nanoseconds since the epoch, decimal. */
    public static final String CAPTURED = "sightlog-captured-nanos";
    /** Ids of journals, 32 hex digits each, joined by commas: the first one first, that of the sender last. */
    public static final String PATH = "sightlog-path";
    /** {@code <consumer's name>/<how often it was reset>}, of the bridge that sent it. */
    public static final String BRIDGE = "sightlog-bridge";
    /** The content type of the body. */
    public static final String TYPE = "content-type";
    /** Of a label set: its hash, 16 hex digits. */
    public static final String LABELS = "sightlog-label-set";

    private Headers() {}
}

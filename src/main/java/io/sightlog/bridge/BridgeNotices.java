package io.sightlog.bridge;

/** Told of what happens on a bridge, on its own thread. Nothing of it ends the bridge. */
public interface BridgeNotices {
    /** The broker is there, for the first time or again. */
    void connected(String broker);

    /**
     * The broker is away, or does not take anything. Once for each outage.
     *
     * @param why for people
     * @param waiting what waits meanwhile, and how long the disk lasts, for people; empty when nothing is known
     */
    void away(String why, String waiting);

    /** One event or record was passed over for good, as was asked for; it was counted. */
    void passedOver(String what, String why);

    /** Anything else that people should know. */
    void note(String text);
}

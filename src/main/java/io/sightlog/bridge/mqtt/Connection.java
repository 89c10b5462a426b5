package io.sightlog.bridge.mqtt;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a broker, of either version of MQTT, from its opening to its first failure. Any thread.
 *
 * <p>Its client is not asked to connect again, and keeps nothing for later: who uses it sends anew what was not acknowledged.
 */
interface Connection extends AutoCloseable {
    /** To which nobody subscribes, so that to end it changes nothing, and is answered. */
    String NO_SUBSCRIPTION = "sightlog/nobody";

    /**
     * How to connect.
     *
     * @param keepsSession whether the broker shall keep the subscriptions of this client, and what comes for it, while it is away
     * @param sessionExpirySeconds how long it does so; 4,294,967,295 for ever
     * @param will published by the broker when this client is gone without a word; null for none
     * @param received what comes, on a thread of the client's; null when nothing is to come
     */
    record Wish(
            boolean keepsSession,
            long sessionExpirySeconds,
            @Nullable Message will,
            @Nullable Consumer<Received> received) {}

    /** 5, or 3 for 3.1.1. */
    int version();

    /** Whether the broker remembered this client. */
    boolean isSessionPresent();

    /** Whether it is there, as far as is known. */
    boolean isConnected();

    /** Why it is no more; null while it is there. */
    @Nullable
    IOException failure();

    /** Done when the broker has acknowledged it, as its QoS asks for; failed with an {@link IOException} of {@link Refusals}. */
    CompletableFuture<Void> publish(Message message);

    /** Done when the broker has taken it; failed with an {@link IOException} of {@link Refusals}. */
    CompletableFuture<Void> subscribe(String filter, int qos);

    /**
     * Done when the broker has worked off all that was told to it before, acknowledgements, too: brokers answer one after the other.
     */
    CompletableFuture<Void> workedOff();

    /** Takes leave, so that no will is published; waits for a second at most. */
    @Override
    void close();
}

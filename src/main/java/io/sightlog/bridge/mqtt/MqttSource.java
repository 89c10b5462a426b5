package io.sightlog.bridge.mqtt;

import io.sightlog.bridge.Arrival;
import io.sightlog.bridge.BridgeCounts;
import io.sightlog.bridge.BridgeNotices;
import io.sightlog.bridge.BrokerException;
import io.sightlog.bridge.Headers;
import io.sightlog.bridge.Inbox;
import io.sightlog.bridge.UndeliverableException;
import io.sightlog.event.EventLayout;
import io.sightlog.event.Origin;
import io.sightlog.journal.Journal;
import io.sightlog.retry.BackOff;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Takes messages from a broker into a journal: each is acknowledged when it has been appended and, where the writer waits for the
 * device, is on it. What was appended and could not be acknowledged comes again, so that a message without an id may be there twice;
 * none that was acknowledged is missing. Messages that say that they come again are taken as all others: the broker does not know
 * what this side has. One run, one thread.
 */
public final class MqttSource {
    private static final Duration FIRST_WAIT = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Nothing for so long is the end of what was there, when it was asked to end there. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long SUBSCRIBE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long WORK_OFF_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int BATCH_MESSAGES = 1_000;
    private static final long BATCH_BYTES = 1 << 20;

    private final Journal journal;
    private final MqttAddress address;
    private final MqttIn in;
    private final Inbox inbox;
    private final BridgeCounts counts;
    private final BridgeNotices notices;
    private final BooleanSupplier stop;

    private final Connections connections;
    private final BackOff backOff = new BackOff(new SplittableRandom(), FIRST_WAIT, LONGEST_WAIT);
    private final List<Received> taken = new ArrayList<>();
    private boolean isAway;
    private int gaps;

    /**
     * @param inbox of the journal; stays the caller's
     * @param stop whether to stop, asked every 100 ms
     */
    public MqttSource(
            Journal journal,
            MqttAddress address,
            MqttIn in,
            Inbox inbox,
            BridgeCounts counts,
            BridgeNotices notices,
            BooleanSupplier stop) {
        this.journal = journal;
        this.address = address;
        this.in = in;
        this.inbox = inbox;
        this.counts = counts;
        this.notices = notices;
        this.stop = stop;
        connections = new Connections(address);
    }

    /**
     * Receives until it is to stop or, when that was asked for, until nothing comes any more.
     *
     * @return how often the broker had forgotten what it should have kept: then messages may be missing
     * @throws UndeliverableException when the broker refuses this client, or the journal a message
     * @throws io.sightlog.journal.JournalException when the journal cannot be written
     */
    public int run() throws IOException {
        try (SessionFile session = SessionFile.open(journal, address)) {
            boolean ended = false;
            while (!ended && !stop.getAsBoolean()) {
                try {
                    ended = receive(session);
                } catch (BrokerException e) {
                    failed(e);
                }
            }
        }
        return gaps;
    }

    private void failed(BrokerException why) {
        counts.connected().set(0);
        if (stop.getAsBoolean()) {
            return;
        }
        counts.failures().add(1);
        if (!isAway) {
            isAway = true;
            notices.away(String.valueOf(why.getMessage()), "");
        }
        long until = System.nanoTime() + backOff.next();
        while (!stop.getAsBoolean() && System.nanoTime() < until) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** On one connection; true when that was all. */
    private boolean receive(SessionFile session) throws IOException {
        Waiting waiting = new Waiting();
        Connection.Wish wish = new Connection.Wish(true, in.sessionExpirySeconds(), null, waiting::put);
        try (Connection connection = connections.open(wish, stop)) {
            if (session.had() && !connection.isSessionPresent()) {
                gaps++;
                notices.note(address + " has lost the session of " + address.clientId()
                        + ": what was published while it was not connected is missing");
            }
            for (String filter : in.filters()) {
                Connections.await(address, connection.subscribe(filter, in.qos()), stop, SUBSCRIBE_NANOS);
            }
            session.has();
            isAway = false;
            counts.connected().set(1);
            notices.connected(address.toString());
            return receive(connection, waiting);
        } finally {
            waiting.close();
            counts.connected().set(0);
        }
    }

    private boolean receive(Connection connection, Waiting waiting) throws IOException {
        long last = System.nanoTime();
        boolean anyCame = false;
        while (!stop.getAsBoolean()) {
            if (take(waiting)) {
                anyCame = true;
                try {
                    append();
                } catch (UndeliverableException e) {
                    awaitWorkedOff(connection);
                    throw e;
                }
                backOff.reset();
                last = System.nanoTime();
                continue;
            }
            IOException failure = connection.failure();
            if (failure != null) {
                throw failure;
            }
            if (in.untilEnd() && System.nanoTime() - last > QUIET_NANOS) {
                break;
            }
        }
        if (anyCame) {
            awaitWorkedOff(connection);
        }
        return true;
    }

    /** What is acknowledged, and thrown away with a connection that is closed too soon, would come again. */
    private void awaitWorkedOff(Connection connection) throws IOException {
        try {
            Connections.await(address, connection.workedOff(), () -> false, WORK_OFF_NANOS);
        } catch (BrokerException e) {
            notices.note("it is not known whether " + address + " has seen all acknowledgements (" + e.getMessage()
                    + "): some messages may come again");
        }
    }

    private boolean take(Waiting waiting) throws IOException {
        taken.clear();
        try {
            return waiting.take(taken, BATCH_MESSAGES, BATCH_BYTES, LOOK_NANOS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + address + " was listened to", e);
        }
    }

    private void append() throws IOException {
        int added = 0;
        try {
            for (Received message : taken) {
                if (!in.eventsOnly() || !message.properties().containsKey(MqttOut.STATUS_PROPERTY)) {
                    inbox.add(arrival(message));
                }
                added++;
            }
        } catch (UndeliverableException e) { // what precedes the one that was refused is in the journal
            taken.subList(0, added).forEach(message -> message.acknowledge().run());
            throw e;
        }
        inbox.append();
        taken.forEach(message -> message.acknowledge().run());
    }

    private Arrival arrival(Received message) {
        Map<String, String> headers = new HashMap<>(message.properties());
        if (!message.contentType().isEmpty()) {
            headers.put(Headers.TYPE, message.contentType());
        }
        Origin from = new Origin(Origin.MQTT, address.toString(), message.topic(), "", "", -1, -1, List.of(), 0, 0, 0);
        return new Arrival(from, messageTopic(message.topic()), headers, message.payload());
    }

    /** What a message may be about is shorter than MQTT's topics, and has no controls; its origin has the whole topic. */
    static String messageTopic(String topic) {
        StringBuilder text = new StringBuilder();
        int bytes = 0;
        for (int i = 0; i < topic.length(); i += Character.charCount(topic.codePointAt(i))) {
            int c = topic.codePointAt(i);
            String one = Character.isISOControl(c) ? "_" : Character.toString(c);
            bytes += one.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > EventLayout.MAX_TOPIC_BYTES) {
                break;
            }
            text.append(one);
        }
        return text.toString();
    }
}

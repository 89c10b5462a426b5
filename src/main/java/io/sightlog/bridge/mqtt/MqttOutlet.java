package io.sightlog.bridge.mqtt;

import io.sightlog.bridge.BrokerException;
import io.sightlog.bridge.Envelope;
import io.sightlog.bridge.Form;
import io.sightlog.bridge.Headers;
import io.sightlog.bridge.Outlet;
import io.sightlog.bridge.UndeliverableException;
import io.sightlog.event.JournalId;
import io.sightlog.journal.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One connection on which events are published. The broker is asked to remember nothing of it: what was not acknowledged when it
 * ends is published anew on the next one, so that events may double then, and are never lost.
 */
public final class MqttOutlet implements Outlet {
    /** Of so many topics it is known which label sets were published there; of others they are published again. */
    private static final int KNOWN_TOPICS = 10_000;

    private static final long LOOK_MILLIS = 100;
    private static final Duration GOODBYE = Duration.ofSeconds(1);

    private final MqttAddress address;
    private final MqttOut out;
    private final String statusTopic;
    private final String bridge;
    private final Connection connection;
    private final @Nullable Presence presence;
    private final boolean oneByOne;
    private final Runnable answerNotUnderstood;

    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    private final Object change = new Object();
    private final AtomicInteger onTheWay = new AtomicInteger();

    /** Of the newest event, and as text: most have the same. */
    private List<JournalId> path = List.of();

    private String pathText = "";

    private final Set<Long> labelSetHashes = new HashSet<>();
    private final List<Message> labelSets = new ArrayList<>();
    /** How many of the label sets a topic has. */
    private final Map<String, Integer> labelSetsOf = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > KNOWN_TOPICS;
        }
    };

    MqttOutlet(
            MqttAddress address,
            MqttOut out,
            String statusTopic,
            Bridge bridge,
            Connection connection,
            @Nullable Presence presence,
            boolean oneByOne,
            Runnable answerNotUnderstood) {
        this.address = address;
        this.out = out;
        this.statusTopic = statusTopic;
        this.bridge = bridge.name() + "/" + bridge.resets();
        this.connection = connection;
        this.presence = presence;
        this.oneByOne = oneByOne;
        this.answerNotUnderstood = answerNotUnderstood;
    }

    /** Tells it what it may have missed. */
    void connected() {
        if (presence != null) {
            presence.connected(statusTopic, this::publishBeside);
        }
    }

    /** Never known: no broker can be asked what it has. */
    @Override
    public boolean hasArrived(Position position, long producer, long sequence) {
        return false;
    }

    @Override
    public void send(Envelope envelope, Receipt receipt) throws IOException {
        check();
        String topic = out.topic()
                .topic(
                        envelope.stream(),
                        envelope.kind().text(),
                        envelope.labels().isEmpty() ? "" : envelope.labels().get(0),
                        envelope.source());
        publishLabelSets(topic);
        Message message = new Message(
                topic,
                envelope.body(),
                out.qos(),
                out.retainsNewest(),
                envelope.contentType(),
                properties(envelope),
                0);
        publish(message, receipt);
        if (presence != null) {
            presence.sent(envelope, out.topic().prefix(), address.clientId(), statusTopic, this::publishBeside);
        }
        if (oneByOne) {
            awaitNone(Duration.ofSeconds(2L * Connections.KEEP_ALIVE_SECONDS));
        }
    }

    private void publish(Message message, Receipt receipt) {
        onTheWay.incrementAndGet();
        var unused = connection.publish(message).whenComplete((done, thrown) -> {
            if (thrown == null) {
                receipt.acked();
            } else {
                failed(message, receipt, thrown);
            }
            if (onTheWay.decrementAndGet() == 0) {
                synchronized (change) {
                    change.notifyAll();
                }
            }
        });
    }

    /** The first failure is why; those that follow from it are told to nobody but their receipts. */
    private void failed(Message message, Receipt receipt, Throwable thrown) {
        IOException why = Refusals.ofMessage(address, message, thrown);
        if (Refusals.isOfUnknownAnswer(why)) {
            if (oneByOne) {
                why = Refusals.tooLarge(address, message, "its answer is not one of MQTT's", why);
            } else {
                answerNotUnderstood.run();
            }
        }
        if (receipt == NOBODY && why instanceof UndeliverableException never) { // no event that could be passed over
            why = UndeliverableException.ofAll(String.valueOf(never.getMessage()), never);
        }
        failure.compareAndSet(null, why);
        receipt.failed(why);
    }

    private Map<String, String> properties(Envelope envelope) {
        if (!envelope.path().equals(path)) {
            path = envelope.path();
            pathText = path.stream().map(JournalId::toString).collect(Collectors.joining(","));
        }
        return Map.of(
                Headers.ID,
                HexFormat.of().toHexDigits(envelope.producer()) + "-" + envelope.sequence(),
                Headers.POSITION,
                envelope.position().toString(),
                Headers.CAPTURED,
                Long.toString(envelope.capturedNanos()),
                Headers.PATH,
                pathText,
                Headers.BRIDGE,
                bridge);
    }

    @Override
    public void sendLabels(long hash, byte[] content) throws IOException {
        check();
        if (labelSetHashes.add(hash)) {
            Map<String, String> properties = Map.of(Headers.LABELS, Headers.labels(hash));
            labelSets.add(new Message("", content, out.qos(), false, Form.LABELS_TYPE, properties, 0));
        }
    }

    /** Under the topic itself: whoever gets the events gets these, and before them. */
    private void publishLabelSets(String topic) {
        int known = labelSets.isEmpty() ? 0 : labelSetsOf.getOrDefault(topic, 0);
        if (known == labelSets.size()) {
            return;
        }
        for (Message labels : labelSets.subList(known, labelSets.size())) {
            Message message = new Message(
                    topic, labels.payload(), labels.qos(), false, labels.contentType(), labels.properties(), 0);
            publish(message, NOBODY);
        }
        labelSetsOf.put(topic, labelSets.size());
    }

    /** What is no event. */
    private void publishBeside(Message message) {
        publish(message, NOBODY);
    }

    private static final Receipt NOBODY = new Receipt() {
        @Override
        public void acked() {}

        @Override
        public void failed(IOException why) {}
    };

    @Override
    public void caughtUp() throws IOException {
        check();
        if (presence != null) {
            presence.look(this::publishBeside);
        }
    }

    private void check() throws IOException {
        IOException why = failure.get() == null ? connection.failure() : failure.get();
        if (why instanceof BrokerException || (why instanceof UndeliverableException never && !never.isOfOne())) {
            throw why;
        }
        if (why != null) { // of another event, whose receipt was told
            throw new BrokerException("the connection to " + address + " is of no use any more", why);
        }
    }

    @Override
    public void finish(Duration most) throws IOException {
        awaitNone(most);
        if (isConnected()) {
            if (presence != null) {
                presence.ends(this::publishBeside);
            }
            publish(MqttOut.status(statusTopic, MqttOut.OFFLINE), NOBODY);
            awaitNone(GOODBYE);
        }
    }

    private void awaitNone(Duration most) throws IOException {
        long end = System.nanoTime() + most.toNanos();
        synchronized (change) {
            while (onTheWay.get() > 0 && connection.failure() == null) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    return;
                }
                try {
                    change.wait(Math.min(left, LOOK_MILLIS));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new BrokerException("interrupted while " + address + " was waited for", e);
                }
            }
        }
    }

    @Override
    public boolean isConnected() {
        return connection.isConnected();
    }

    /** 5, or 3 for 3.1.1. */
    int version() {
        return connection.version();
    }

    @Override
    public void close() {
        connection.close();
    }
}

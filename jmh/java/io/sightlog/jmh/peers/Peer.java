package io.sightlog.jmh.peers;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is compared. */
enum Peer {
    SIGHTLOG("sightlog", "Sightlog", true, WaitKind.SPIN, WaitKind.FUTEX, WaitKind.PARK),
    SIGHTLOG_BATCH("sightlog-batch-32", "Sightlog, batches of 32", true, WaitKind.SPIN),
    CHRONICLE("chronicle-raw", "Chronicle Queue, raw bytes, two words read", true, WaitKind.SPIN, WaitKind.PARK),
    CHRONICLE_COPY("chronicle-raw-copy", "Chronicle Queue, raw bytes, all copied out", true, WaitKind.SPIN),
    SELF_DESCRIBING("chronicle-self-describing", "Chronicle Queue, self-describing objects", true, WaitKind.SPIN),
    AERON("aeron-ipc", "Aeron IPC", false, WaitKind.SPIN, WaitKind.PARK),
    SOCKET("unix-socket", "Unix domain socket", false, WaitKind.SPIN, WaitKind.BLOCK),
    C_COPY("c-copy", "C, log in shared memory, all copied in and out (the control)", true, WaitKind.SPIN),
    C_LOG("c-log", "C, log in shared memory, two words read", true, WaitKind.SPIN),
    C_SEMAPHORE("c-semaphore", "C, shared memory and a POSIX semaphore", false, WaitKind.BLOCK, WaitKind.SPIN),
    JAVA_C("sightlog-java-c", Language.JAVA, Language.C),
    C_JAVA("sightlog-c-java", Language.C, Language.JAVA),
    C_C("sightlog-c-c", Language.C, Language.C),
    JAVA_PYTHON("sightlog-java-python", Language.JAVA, Language.PYTHON),
    C_PYTHON("sightlog-c-python", Language.C, Language.PYTHON);

    private final String text;
    private final String title;
    private final boolean log;
    private final List<WaitKind> waits;
    private final @Nullable Language producer;
    private final @Nullable Language consumer;

    Peer(String text, String title, boolean log, WaitKind... waits) {
        this.text = text;
        this.title = title;
        this.log = log;
        this.waits = List.of(waits);
        producer = null;
        consumer = null;
    }

    /** Sightlog from one language to another. */
    Peer(String text, Language producer, Language consumer) {
        this.text = text;
        this.title = "Sightlog, " + producer.title() + " to " + consumer.title();
        this.log = true;
        this.waits = List.of(WaitKind.SPIN);
        this.producer = producer;
        this.consumer = consumer;
    }

    /** As results and options name it. */
    String text() {
        return text;
    }

    String title() {
        return title;
    }

    /** Whether it keeps what was sent, so that appending and replaying can be measured apart. */
    boolean isLog() {
        return log;
    }

    /** Whether an event waits for others before it leaves, so that its latency at a rate says nothing. */
    boolean isBatch() {
        return this == SIGHTLOG_BATCH;
    }

    /** Whether both of its sides are the C program that knows nothing of Sightlog. */
    boolean isForeign() {
        return this == C_COPY || this == C_LOG || this == C_SEMAPHORE;
    }

    /** Whether it is Sightlog with a side that is not in Java. */
    boolean isMixed() {
        return producer != null;
    }

    Language producer() {
        return producer != null ? producer : isForeign() ? Language.C : Language.JAVA;
    }

    Language consumer() {
        return consumer != null ? consumer : isForeign() ? Language.C : Language.JAVA;
    }

    List<WaitKind> waits() {
        return waits;
    }

    static Peer of(String text) {
        for (Peer peer : values()) {
            if (peer.text.equals(text)) {
                return peer;
            }
        }
        throw new IllegalArgumentException("no peer \"" + text + "\"");
    }

    Sender sender(Path directory) {
        return switch (this) {
            case SIGHTLOG, JAVA_C, JAVA_PYTHON -> new SightlogPeer.Producer(directory);
            case SIGHTLOG_BATCH -> new SightlogPeer.BatchProducer(directory);
            case CHRONICLE, CHRONICLE_COPY -> new ChroniclePeer.Producer(directory);
            case SELF_DESCRIBING -> new SelfDescribingPeer.Producer(directory);
            case AERON -> new AeronPeer.Producer(directory);
            case SOCKET -> new SocketPeer.Producer(directory);
            case C_COPY, C_LOG, C_SEMAPHORE, C_JAVA, C_C, C_PYTHON ->
                throw new IllegalStateException(text + "'s producer is a program of its own");
        };
    }

    Receiver receiver(Path directory, WaitKind wait) {
        return switch (this) {
            case SIGHTLOG, SIGHTLOG_BATCH, C_JAVA -> new SightlogPeer.Consumer(directory, wait);
            case CHRONICLE -> new ChroniclePeer.Consumer(directory, wait, false);
            case CHRONICLE_COPY -> new ChroniclePeer.Consumer(directory, wait, true);
            case SELF_DESCRIBING -> new SelfDescribingPeer.Consumer(directory, wait);
            case AERON -> new AeronPeer.Consumer(directory, wait);
            case SOCKET -> new SocketPeer.Consumer(directory, wait);
            case C_COPY, C_LOG, C_SEMAPHORE, JAVA_C, C_C, JAVA_PYTHON, C_PYTHON ->
                throw new IllegalStateException(text + "'s consumer is a program of its own");
        };
    }
}

package io.sightlog.serve.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A listener in memory, that can stop reading. */
final class Ear implements Outlet {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SECONDS = 30;

    /** What came. */
    record Heard(@Nullable String event, @Nullable String id, JsonNode data) {}

    private final ExecutorService pool;
    private final StringBuilder text = new StringBuilder();
    private final List<Heard> heard = new ArrayList<>();
    private boolean isBrief;
    private long lastFrame = -1;
    private boolean isStopped;
    private @Nullable Runnable held;
    private boolean isOver;
    private @Nullable String cut;
    private int sends;
    private int sending;

    Ear(ExecutorService pool) {
        this.pool = pool;
    }

    /** Keeps only the number of a frame. */
    synchronized Ear brief() {
        isBrief = true;
        return this;
    }

    /** The newest frame that was seen, -1 while none was. */
    synchronized long lastFrame() {
        return lastFrame;
    }

    /** Takes nothing more until {@link #goOn}. */
    synchronized void stop() {
        isStopped = true;
    }

    void goOn() {
        Runnable toDo;
        synchronized (this) {
            isStopped = false;
            toDo = held;
            held = null;
        }
        if (toDo != null) {
            toDo.run();
        }
    }

    @Override
    public void send(ByteBuffer bytes, Consumer<@Nullable Throwable> sent) {
        synchronized (this) {
            assertThat(++sending).as("sends at a time").isEqualTo(1);
            if (cut != null) {
                sending--;
                sent.accept(new IllegalStateException(cut));
                return;
            }
            sends++;
            if (isStopped) {
                ByteBuffer kept = bytes;
                held = () -> take(kept, sent);
                return;
            }
        }
        take(bytes, sent);
    }

    private void take(ByteBuffer bytes, Consumer<@Nullable Throwable> sent) {
        boolean isCut;
        synchronized (this) {
            sending--;
            isCut = cut != null;
            if (!isCut) {
                text.append(StandardCharsets.UTF_8.decode(bytes.duplicate()));
                parse();
                notifyAll();
            }
        }
        sent.accept(isCut ? new IllegalStateException("cut") : null);
    }

    private void parse() {
        int end;
        while ((end = text.indexOf("\n\n")) >= 0) {
            Heard one = message(text.substring(0, end));
            if ("seen".equals(one.event())) {
                lastFrame = one.data().get("frame").asLong();
                if (isBrief) {
                    ((ObjectNode) one.data()).retain("frame");
                }
            }
            heard.add(one);
            text.delete(0, end + 2);
        }
    }

    /** One message of an event stream. */
    static Heard message(String block) {
        String event = null;
        String id = null;
        String data = "null";
        for (String line : block.split("\n", -1)) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1).stripLeading();
            switch (name) {
                case "event" -> event = value;
                case "id" -> id = value;
                case "data" -> data = value;
                default -> assertThat(name).isIn("", "retry");
            }
        }
        try {
            return new Heard(event, id, JSON.readTree(data));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void end() {
        isOver = true;
        notifyAll();
    }

    @Override
    public void cut(String why) {
        synchronized (this) {
            cut = why;
            notifyAll();
        }
        goOn();
    }

    @Override
    public void execute(Runnable work) {
        pool.execute(work);
    }

    synchronized @Nullable String cut() {
        return cut;
    }

    synchronized boolean isOver() {
        return isOver;
    }

    synchronized int sends() {
        return sends;
    }

    synchronized List<Heard> heard() {
        return List.copyOf(heard);
    }

    List<Heard> named(String event) {
        return heard().stream().filter(one -> event.equals(one.event())).toList();
    }

    /** The frames that were seen, in order. */
    List<Long> frames() {
        return named("seen").stream()
                .map(one -> one.data().get("frame").asLong())
                .toList();
    }

    /** Waits until something holds, which is looked at whenever something came. */
    synchronized void await(String what, Predicate<Ear> holds) throws InterruptedException {
        long end = System.nanoTime() + SECONDS * 1_000_000_000;
        while (!holds.test(this)) {
            long left = (end - System.nanoTime()) / 1_000_000;
            assertThat(left).as("%s; came: %s", what, lastHeard()).isPositive();
            wait(Math.min(left, 1_000));
        }
    }

    private List<Heard> lastHeard() {
        return heard.subList(Math.max(0, heard.size() - 5), heard.size());
    }

    void awaitFrame(long frame) throws InterruptedException {
        await("frame " + frame + " is seen", ear -> ear.lastFrame >= frame);
    }

    /**
     * Each frame from one to another came once and in order, or was told to be left out with all others, exactly counted.
     *
     * @return how many were left out
     */
    long assertComplete(long first, long last) {
        long next = first;
        long left = 0;
        long told = 0;
        for (Heard one : heard()) {
            if ("left-out".equals(one.event())) {
                told = one.data().get("events").asLong();
                assertThat(told).isPositive();
            } else if ("seen".equals(one.event())) {
                long frame = one.data().get("frame").asLong();
                assertThat(frame).as("after %d left out", told).isEqualTo(next + told);
                left += told;
                told = 0;
                next = frame + 1;
            }
        }
        assertThat(told).isZero();
        assertThat(next).isEqualTo(last + 1);
        return left;
    }
}

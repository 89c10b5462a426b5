package io.sightlog.consume;

import io.sightlog.event.Event;
import io.sightlog.journal.Position;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** As a client of a broker: has up to so many events under way, which somebody else finishes, in any order. */
final class WindowSink implements Sink {
    private final int window;
    private final Deque<UnderWay> open = new ArrayDeque<>();
    private boolean closed;

    static final class UnderWay {
        final Position position;
        final long frame;
        private boolean finished;

        private UnderWay(Position position, long frame) {
            this.position = position;
            this.frame = frame;
        }
    }

    WindowSink(int window) {
        this.window = window;
    }

    @Override
    public synchronized void accept(Event event) {
        while (open.size() >= window) {
            await();
        }
        open.add(new UnderWay(new Position(event.index(), event.place()), event.frame()));
        notifyAll();
    }

    /** What is under way now, oldest first; waits until there is something, and is empty when there never will be. */
    synchronized List<UnderWay> underWay() {
        List<UnderWay> unfinished = unfinished();
        while (unfinished.isEmpty() && !closed) {
            await();
            unfinished = unfinished();
        }
        return unfinished;
    }

    private List<UnderWay> unfinished() {
        List<UnderWay> unfinished = new ArrayList<>(open);
        unfinished.removeIf(each -> each.finished);
        return unfinished;
    }

    synchronized void finish(UnderWay one) {
        one.finished = true;
        while (!open.isEmpty() && open.peek().finished) {
            open.remove();
        }
        notifyAll();
    }

    @Override
    public synchronized @Nullable Position outstanding() {
        return open.isEmpty() ? null : open.peek().position;
    }

    @Override
    public synchronized void finish() {
        while (!open.isEmpty()) {
            await();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    private void await() {
        try {
            wait();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts here", e);
        }
    }
}

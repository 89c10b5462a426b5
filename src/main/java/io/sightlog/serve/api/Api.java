package io.sightlog.serve.api;

import io.sightlog.inspect.ProducerWatch;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalReplacedException;
import io.sightlog.timeline.Timeline;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What is answered about a journal: see docs/api.md. It only reads, and opens what it reads anew for each question, so that a journal may
 * come, be pruned or replaced meanwhile. Any thread.
 */
public final class Api implements AutoCloseable {
    private final ExecutorService beside = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "look");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();
    private final Room room = Room.ofHeap();

    /**
     * Over a journal, which need not be there yet.
     *
     * @param journal stays the caller's, as the others do
     */
    public Api(Journal journal, Timeline timeline, PictureSource pictures, ServerFacts facts) {
        Labels labels = new Labels();
        add("info", new InfoEndpoint(journal, timeline, facts, beside));
        add("timeline", new TimelineEndpoint(journal, timeline, room));
        add("events", new EventsEndpoint(journal, labels, Bounds.DEFAULT, room));
        add("event", new EventEndpoint(journal, labels, room));
        add("picture", new PictureEndpoint(journal, labels, pictures));
        add("producers", new ProducersEndpoint(new ProducerWatch(journal)));
        add("consumers", new ConsumersEndpoint(journal, beside));
        add("messages", new MessagesEndpoint(journal, labels, Bounds.DEFAULT, room));
    }

    private void add(String name, Endpoint endpoint) {
        endpoints.put(name, (question, reply) -> {
            try {
                endpoint.answer(question, reply);
            } catch (JournalReplacedException e) {
                throw new Refusal(503, "the journal was replaced meanwhile; ask again");
            } catch (FileAccessException e) {
                throw new Refusal(503, String.valueOf(e.getMessage()));
            } catch (JournalException e) {
                throw new Refusal(500, String.valueOf(e.getMessage()));
            } catch (InternalError e) {
                throw new Refusal(503, "a mapped page cannot be read: its device gives errors, or the file was cut");
            }
        });
    }

    /** Everything that can be asked, by its name below {@code /api/v1/}. */
    public Map<String, Endpoint> endpoints() {
        return Map.copyOf(endpoints);
    }

    /** Whether some wait for memory that other answers have. */
    public boolean isMemoryWanted() {
        return room.isWanted();
    }

    /** Ends the threads beside. */
    @Override
    public void close() {
        beside.shutdownNow();
    }
}

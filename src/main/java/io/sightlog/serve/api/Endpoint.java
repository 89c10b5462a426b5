package io.sightlog.serve.api;

import java.io.IOException;

/** Answers one kind of question. Any number of threads at a time. */
@FunctionalInterface
public interface Endpoint {
    /**
     * Answers; whoever asks waits on this thread.
     *
     * @throws Refusal with what is wrong with the question, while nothing was answered yet
     * @throws IOException when the asker is gone, or reads too slowly
     */
    void answer(Question question, Reply reply) throws IOException, Refusal;
}

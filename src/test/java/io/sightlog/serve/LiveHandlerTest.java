package io.sightlog.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.event.Detection;
import io.sightlog.event.EventDraft;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.serve.api.Refusal;
import io.sightlog.serve.live.LiveFeed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("alone")
final class LiveHandlerTest {
    private static final int THREADS = 6;
    private static final int SECONDS = 60;

    @TempDir
    Path temp;

    private Journal journal;
    private JournalWriter writer;
    private final EventDraft draft = new EventDraft();
    private long next;

    private static final class Answering extends Handler.Abstract {
        private final LiveHandler live;

        Answering(LiveHandler live) {
            this.live = live;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            try {
                live.handle(ApiHandler.question(request), request, response, callback);
            } catch (Refusal e) {
                Answers.error(response, callback, e.status(), String.valueOf(e.getMessage()));
            }
            return true;
        }
    }

    /** A server with the feed, and nothing else. */
    private static final class Serving implements AutoCloseable {
        final LiveFeed feed;
        final Server server;
        final ServerConnector connector;

        Serving(Journal journal) throws Exception {
            feed = new LiveFeed(journal, "1f");
            QueuedThreadPool threads = new QueuedThreadPool(THREADS, THREADS);
            threads.setName("serving");
            server = new Server(threads);
            connector = new ServerConnector(server, 1, 1);
            server.addConnector(connector);
            server.setHandler(new Answering(new LiveHandler(feed)));
            server.start();
        }

        int port() {
            return connector.getLocalPort();
        }

        @Override
        public void close() throws Exception {
            feed.close();
            server.stop();
        }
    }

    @BeforeEach
    void open() {
        journal = Journal.open(temp);
        writer = journal.writer();
    }

    @AfterEach
    void close() {
        writer.close();
        journal.close();
    }

    private void append() {
        long frame = next++;
        draft.clear()
                .source("/srv/cam" + frame % 3 + ".mp4")
                .capturedNanos(frame)
                .frame(frame, 0);
        for (int i = 0; i < 3; i++) {
            draft.detection(new Detection(i, 0.5f, 1, 2, 3, 4, 0));
        }
        writer.append(draft);
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("serving")
                        || thread.getName().equals("live"))
                .count();
    }

    @Test
    void whoReadsGetsAllOrIsToldAndWhoDoesNotReadHoldsNothing() throws Exception {
        ExecutorService producer = Executors.newSingleThreadExecutor();
        try (Serving serving = new Serving(journal);
                SseReaders readers = new SseReaders(serving.port())) {
            append();
            for (int i = 0; i < 100; i++) {
                readers.ask("", true, "");
                readers.ask("", false, "");
            }
            assertThat(readers.readUntil(() -> serving.feed.counts().listeners() == 200, SECONDS))
                    .isTrue();
            assertThat(readers.readUntil(
                            () -> readers.all.stream()
                                            .filter(one -> one.hellos == 1)
                                            .count()
                                    == 100,
                            SECONDS))
                    .isTrue();
            long before = usedHeap();
            Future<?> appended = producer.submit(() -> {
                for (int i = 0; i < 20_000; i++) {
                    append();
                }
            });
            assertThat(readers.readUntil(
                            () -> appended.isDone()
                                    && readers.all.stream()
                                                    .filter(one -> one.last == 20_000)
                                                    .count()
                                            == 100,
                            SECONDS))
                    .as("all who read have the newest")
                    .isTrue();
            readers.all.forEach(SseReaders.Reader::trim);
            long heap = usedHeap() - before;
            long jumped = 0;
            for (SseReaders.Reader reader : readers.all) {
                assertThat(reader.wrong).isNull();
                jumped += reader.leftOut;
                assertThat(reader.seen + reader.leftOut).isIn(0L, 20_000L);
            }
            System.out.printf(
                    "200 listeners, 100 of which read nothing: %d events sent, %d left out in %d jumps, heap %+d KiB, %d threads%n",
                    serving.feed.counts().sent(), jumped, serving.feed.counts().jumps(), heap / 1024, threads());
            assertThat(heap).isLessThan(32 << 20);
            assertThat(threads()).isLessThanOrEqualTo(THREADS + 1);
            SseReaders.Reader another = readers.ask("?most=5", true, "");
            assertThat(readers.readUntil(() -> another.hellos == 1, SECONDS)).isTrue();
        } finally {
            producer.shutdownNow();
        }
    }

    @Test
    void anEventIsAtTheSocketWithinMilliseconds() throws Exception {
        try (Serving serving = new Serving(journal);
                SseReaders readers = new SseReaders(serving.port())) {
            append();
            for (String query : new String[] {"", "?most=20"}) {
                SseReaders.Reader reader = readers.ask(query, true, "");
                assertThat(readers.readUntil(() -> reader.hellos == 1, SECONDS)).isTrue();
                long[] nanos = new long[query.isEmpty() ? 100 : 40];
                for (int i = 0; i < nanos.length; i++) {
                    long quiet = System.nanoTime() + (query.isEmpty() ? 10_000_000 : 60_000_000);
                    assertThat(readers.readUntil(() -> System.nanoTime() > quiet, SECONDS))
                            .isTrue();
                    long before = System.nanoTime();
                    append();
                    assertThat(readers.readUntil(() -> reader.last == next - 1, SECONDS))
                            .isTrue();
                    nanos[i] = reader.lastNanos - before;
                }
                Arrays.sort(nanos);
                System.out.printf(
                        "from append to the socket, live%s: p50 %d us, most %d us%n",
                        query, nanos[nanos.length / 2] / 1000, nanos[nanos.length - 1] / 1000);
                assertThat(nanos[nanos.length / 2]).isLessThan(50_000_000);
                reader.close();
            }
        }
    }

    @Test
    void whoComesAgainAfterTheServerWasStartedAgainMissesNothing() throws Exception {
        String id;
        long last;
        append();
        try (Serving serving = new Serving(journal);
                SseReaders readers = new SseReaders(serving.port())) {
            SseReaders.Reader reader = readers.ask("", true, "");
            assertThat(readers.readUntil(() -> reader.hellos == 1, SECONDS)).isTrue();
            for (int i = 0; i < 50; i++) {
                append();
            }
            assertThat(readers.readUntil(() -> reader.last > 20, SECONDS)).isTrue();
            id = reader.id;
            last = reader.last;
            serving.feed.close();
            assertThat(readers.readUntil(() -> reader.isEnded, SECONDS))
                    .as("it ends")
                    .isTrue();
            id = reader.id;
            last = reader.last;
        }
        for (int i = 0; i < 500; i++) {
            append();
        }
        try (Serving serving = new Serving(journal);
                SseReaders readers = new SseReaders(serving.port())) {
            SseReaders.Reader reader = readers.ask("", true, id);
            reader.last = last;
            assertThat(readers.readUntil(() -> reader.hellos == 1, SECONDS)).isTrue();
            append();
            assertThat(readers.readUntil(() -> reader.last == next - 1, SECONDS))
                    .isTrue();
            assertThat(reader.wrong).isNull();
            assertThat(reader.leftOut).isZero();
        }
    }

    @Test
    void aWrongQuestionAndAHeadAreAnswered() throws Exception {
        try (Serving serving = new Serving(journal);
                SseReaders readers = new SseReaders(serving.port())) {
            SseReaders.Reader wrong = readers.ask("?most=x", true, "");
            assertThat(readers.readUntil(() -> !wrong.status.isEmpty(), SECONDS))
                    .isTrue();
            assertThat(wrong.status).contains("400");
            assertThat(head(serving.port())).isEqualTo(200);
            assertThat(serving.feed.counts().listeners()).isZero();
        }
    }

    private static int head(int port) throws IOException {
        var connection = (java.net.HttpURLConnection) java.net
                .URI
                .create("http://127.0.0.1:" + port + "/api/v1/live")
                .toURL()
                .openConnection();
        connection.setRequestMethod("HEAD");
        assertThat(connection.getContentType()).startsWith("text/event-stream");
        return connection.getResponseCode();
    }

    @Test
    void whoHasGoneIsForgottenAndTheReaderSleeps() throws Exception {
        try (Serving serving = new Serving(journal);
                SseReaders readers = new SseReaders(serving.port())) {
            append();
            SseReaders.Reader reader = readers.ask("", true, "");
            assertThat(readers.readUntil(() -> reader.hellos == 1, SECONDS)).isTrue();
            reader.close();
            assertThat(readers.readUntil(
                            () -> {
                                append();
                                return serving.feed.counts().listeners() == 0;
                            },
                            SECONDS))
                    .isTrue();
            assertThat(serving.feed.counts().channels()).isZero();
        }
    }
}

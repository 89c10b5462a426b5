package io.sightlog.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.Seeds;
import io.sightlog.event.EventDraft;
import io.sightlog.event.LabelSet;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the server takes does not grow with the journal or with who asks: a heap of 96 MiB does for a million events, with
 * {@code -Dsightlog.page.events=10000000 -Dsightlog.page.seconds=60} for ten million.
 */
@Tag("alone")
@Tag("slow")
@Timeout(600)
class PageServerLoadTest {
    private static final int HEAP = 96;
    private static final int EVENTS = Integer.getInteger("sightlog.page.events", 1_000_000);
    private static final long SECONDS = Integer.getInteger("sightlog.page.seconds", 4);
    private static final int CLIENTS = 8;
    /** Of the largest answers there can be. */
    private static final int AT_ONCE = 16;

    private static final int LISTENERS = 200;
    private static final long END = 1_780_000_000L * PageJournal.SECOND;

    /** So close that whoever looks near reads as many as one question may. */
    private static final int PER_SECOND = 30_000;

    private static final int NAMES = 250;
    private static final long BEGIN = END - EVENTS * (PageJournal.SECOND / PER_SECOND);

    @TempDir
    Path folder;

    private final SplittableRandom seeds = new SplittableRandom(Seeds.of(PageServerLoadTest.class));
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, AtomicInteger> answers = new ConcurrentSkipListMap<>();

    /** More labels and sources than an answer has lanes. */
    private static void fill(Path queue) {
        long[] now = {BEGIN};
        SplittableRandom random = new SplittableRandom(7);
        try (Journal journal = Journal.open(queue, () -> now[0]);
                JournalWriter writer = journal.writer()) {
            List<String> names =
                    IntStream.range(0, NAMES).mapToObj(i -> "label " + i).toList();
            long labels = writer.publish(LabelSet.of("many", names));
            EventDraft draft = new EventDraft();
            for (int i = 0; i < EVENTS; i++) {
                now[0] = BEGIN + i * (PageJournal.SECOND / PER_SECOND);
                draft.clear().source("/srv/cam" + i % NAMES).stream("cam" + i % 10)
                        .frame(i, 0)
                        .size(1920, 1080)
                        .capturedNanos(now[0])
                        .labelSet(labels);
                for (int d = i % 4; d > 0; d--) {
                    draft.detection(random.nextInt(NAMES), 0.5f + (float) random.nextDouble() / 2, 10, 10, 20, 20, 0);
                }
                writer.append(draft);
            }
        }
    }

    private static long count(PageServer server, String what) throws IOException {
        try (Stream<Path> all =
                Files.list(Path.of("/proc", "" + server.process().pid(), what))) {
            return all.count();
        }
    }

    private static String one(SplittableRandom random, String... of) {
        return of[random.nextInt(of.length)];
    }

    private static String question(SplittableRandom random) {
        long from = BEGIN + random.nextLong(END - BEGIN);
        long to = from + (long) Math.pow(10, 5 + random.nextDouble() * 7);
        return switch (random.nextInt(10)) {
            case 0 -> "events?label=nothing&limit=10&from=" + from;
            case 1 -> "events?limit=10000&from=" + from;
            case 2 -> "events?before=end&stream=cam3&limit=1000";
            case 3 -> "picture/0x" + Long.toHexString(random.nextLong(1L << 40));
            case 4 -> one(random, "info", "producers", "consumers");
            default ->
                "timeline?from=" + from + "&to=" + to + "&px=" + (1 + random.nextInt(8192)) + "&lanes=100&by="
                        + one(random, "label", "source", "stream", "topic")
                        + one(random, "", "&label=label+3", "&conf=0.7", "&source=*cam1*", "&stream=cam2");
        };
    }

    private String ask(PageServer server, String question) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.origin() + "/api/v1/" + question))
                .header("Authorization", "Bearer " + server.token())
                .build();
        var answer = http.send(request, BodyHandlers.ofString());
        String name = question.split("[/?]", 2)[0] + " " + answer.statusCode();
        answers.computeIfAbsent(name, key -> new AtomicInteger()).incrementAndGet();
        if (answer.statusCode() >= 500) {
            assertThat(answer.statusCode() + answer.body())
                    .as(question)
                    .startsWith("503")
                    .contains("ask again");
        }
        return answer.body();
    }

    private Void client(PageServer server, SplittableRandom random, long until) throws Exception {
        while (System.nanoTime() < until) {
            ask(server, question(random));
        }
        return null;
    }

    /** Half of them never read. */
    private static Void listen(PageServer server, List<Socket> sockets, AtomicInteger heard) throws IOException {
        for (int i = 0; i < LISTENERS; i++) {
            Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), server.port());
            sockets.add(socket);
            socket.getOutputStream()
                    .write(("GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1:" + server.port()
                                    + "\r\nAuthorization: Bearer " + server.token() + "\r\n\r\n")
                            .getBytes(ISO_8859_1));
        }
        byte[] some = new byte[1 << 16];
        while (true) {
            for (int i = 0; i < LISTENERS; i += 2) {
                if (sockets.get(i).isClosed()) {
                    return null;
                }
                int there = sockets.get(i).getInputStream().available();
                if (there > 0) {
                    int got = sockets.get(i).getInputStream().read(some);
                    heard.addAndGet(new String(some, 0, got, ISO_8859_1).split("event: seen", -1).length - 1);
                }
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void aSmallHeapDoesWhateverTheJournalHoldsAndWhoeverAsks() throws Exception {
        Path queue = folder.resolve("queue-data");
        fill(queue);
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Socket> sockets = new ArrayList<>();
        AtomicInteger heard = new AtomicInteger();
        try (PageServer server = PageServer.startSmall(HEAP, queue)) {
            ask(server, "info");
            long descriptors = count(server, "fd");
            long tasks = count(server, "task");
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            Future<Void> listening = threads.submit(() -> listen(server, sockets, heard));
            Future<?> producing = threads.submit(() -> {
                long now = END;
                while (System.nanoTime() < until) {
                    PageJournal.many(queue, 300, now);
                    now += PageJournal.SECOND;
                    LockSupport.parkNanos(PageJournal.SECOND / 10);
                }
            });
            List<Future<Void>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                SplittableRandom random = seeds.split();
                clients.add(threads.submit(() -> client(server, random, until)));
            }
            for (Future<Void> client : clients) {
                client.get();
            }
            producing.get();
            for (Socket socket : sockets) {
                socket.close();
            }
            try {
                listening.get();
            } catch (ExecutionException e) {
                assertThat(e).hasRootCauseInstanceOf(IOException.class); // it was closed under its hands
            }
            clients.clear();
            for (int i = 0; i < AT_ONCE; i++) {
                int px = 8192 - i;
                clients.add(threads.submit(() -> {
                    ask(server, "timeline?lanes=100&px=" + px + "&from=" + BEGIN + "&to=" + END);
                    return null;
                }));
            }
            for (Future<Void> client : clients) {
                client.get();
            }
            for (String each : List.of("timeline", "events", "producers", "consumers", "picture/0x5")) {
                ask(server, each);
            }
            assertThat(ask(server, "info")).contains("\"problems\":[]").contains("\"problem\":null");
            System.out.printf(Locale.ROOT, "answers: %s, events heard: %d%n", answers, heard.get());
            assertThat(heard.get()).isPositive();
            assertThat(answers.keySet())
                    .contains(
                            "timeline 200", "events 200", "picture 404", "info 200", "producers 200", "consumers 200");
            await("threads as before", () -> count(server, "task") <= tasks + 4);
            await("descriptors as before", () -> count(server, "fd") <= descriptors + 4);
            assertThat(String.join("\n", server.process().err())).doesNotContain("cannot answer", "OutOfMemory");
            server.stop();
        } finally {
            threads.shutdownNow();
        }
    }

    private interface Question {
        boolean isTrue() throws IOException;
    }

    private static void await(String what, Question question) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
        while (!question.isTrue()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.sleep(100);
        }
    }
}

package io.sightlog.jmh;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code sightlog serve} as a process of its own, and those who ask it. */
final class ServedPage implements AutoCloseable {
    private static final Pattern LINK = Pattern.compile("(http://\\S+)/\\?token=(\\S+)");
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Process process;
    private final long startedNanoTime;
    private final String origin;
    private final String token;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /**
     * How it is started.
     *
     * @param java the program
     * @param arguments file with the JVM's
     */
    record Launch(String java, String arguments) {
        ServedPage start(Path queue, String cache) throws IOException {
            Process process = new ProcessBuilder(
                            java,
                            "@" + arguments,
                            "-Xmx300m",
                            "io.sightlog.cli.Main",
                            "serve",
                            "-q",
                            queue.toString(),
                            "--listen",
                            "127.0.0.1:0",
                            "--cache",
                            queue.resolveSibling(cache).toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new ServedPage(process);
        }
    }

    private ServedPage(Process process) throws IOException {
        this.process = process;
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        Matcher link;
        do {
            String line = lines.readLine();
            if (line == null) {
                throw new IOException("sightlog serve has ended without a link");
            }
            link = LINK.matcher(line);
        } while (!link.find());
        startedNanoTime = System.nanoTime();
        origin = link.group(1);
        token = link.group(2);
        Thread rest = new Thread(() -> lines.lines().forEach(line -> {}), "stderr");
        rest.setDaemon(true);
        rest.start();
    }

    long startedNanoTime() {
        return startedNanoTime;
    }

    private HttpRequest request(String question) {
        return HttpRequest.newBuilder(URI.create(origin + "/api/v1/" + question))
                .header("Authorization", "Bearer " + token)
                .build();
    }

    /** The whole answer. */
    String question(String question) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request(question), HttpResponse.BodyHandlers.ofString());
        Sample.check(answer.statusCode() == 200, question + ": " + answer.statusCode() + " " + answer.body());
        return answer.body();
    }

    /** A number of an answer, also one in quotes. */
    static double number(String json, String name) {
        Matcher number = Pattern.compile("\"" + name + "\":\"?(-?[\\d.]+)").matcher(json);
        Sample.check(number.find(), "no " + name + " in " + json.substring(0, Math.min(200, json.length())));
        return Double.parseDouble(number.group(1));
    }

    void awaitIndex() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!question("info").contains("\"upToDate\":true")) {
            Sample.check(System.nanoTime() < deadline, "not indexed in ten minutes");
            Thread.sleep(20);
        }
    }

    /** Who gets what is appended. */
    Listener listen(String parameters) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer =
                client.send(request("live?" + parameters), HttpResponse.BodyHandlers.ofInputStream());
        Sample.check(answer.statusCode() == 200, "live: " + answer.statusCode());
        return new Listener(answer.body());
    }

    /** What an open page does: it listens, and asks for lanes, producers and consumers again and again. */
    Looker look() throws IOException, InterruptedException {
        return new Looker(listen("most=20"));
    }

    /** Counts events as they come. */
    static final class Listener implements AutoCloseable {
        private final InputStream in;
        private long seen;
        private long seenNanoTime;

        Listener(InputStream in) {
            this.in = in;
            Thread reader = new Thread(this::read, "listener");
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                String line;
                while ((line = lines.readLine()) != null) {
                    if (line.equals("event: seen")) {
                        synchronized (this) {
                            seen++;
                            seenNanoTime = System.nanoTime();
                            notifyAll();
                        }
                    }
                }
            } catch (IOException e) {
                // closed
            }
        }

        synchronized long seen() {
            return seen;
        }

        /** When the next one came, by {@link System#nanoTime}. */
        synchronized long awaitAfter(long before) throws InterruptedException {
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while (seen <= before) {
                Sample.check(System.nanoTime() < deadline, "an event that was appended has not come");
                wait(1_000);
            }
            return seenNanoTime;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /** An open page, until it is closed. */
    final class Looker implements AutoCloseable {
        private static final long EVERY_MILLIS = 200;
        private static final int OTHERS_EVERY = 10;

        private final Listener listener;
        private final AtomicBoolean isOpen = new AtomicBoolean(true);
        private final Thread thread = new Thread(this::ask, "page");

        Looker(Listener listener) {
            this.listener = listener;
            thread.start();
        }

        boolean isOpen() {
            return isOpen.get();
        }

        private void ask() {
            try {
                for (int i = 0; isOpen.get(); i++) {
                    question("timeline?px=1200&lanes=20");
                    if (i % OTHERS_EVERY == 0) {
                        question("producers");
                        question("consumers");
                        question("info");
                    }
                    Thread.sleep(EVERY_MILLIS);
                }
            } catch (IOException e) {
                throw new IllegalStateException("the page was cut off", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() throws IOException {
            isOpen.set(false);
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            listener.close();
        }
    }

    @Override
    public void close() {
        process.destroy();
        boolean hasEnded = false;
        try {
            hasEnded = process.waitFor(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!hasEnded) {
            process.destroyForcibly();
        }
    }
}

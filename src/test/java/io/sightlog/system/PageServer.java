package io.sightlog.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code sightlog serve} in a process of its own, and the link that it has printed. */
final class PageServer implements AutoCloseable {
    private static final Pattern LINK = Pattern.compile("(https?://\\S+)/\\?token=(\\S+)");

    private final Sightlog process;
    private final String origin;
    private final String token;

    private PageServer(Sightlog process, String origin, String token) {
        this.process = process;
        this.origin = origin;
        this.token = token;
    }

    /** On a port that is free. */
    static PageServer start(Path queue, String... more) {
        return startAt("127.0.0.1:0", queue, more);
    }

    static PageServer startAt(String listen, Path queue, String... more) {
        List<String> arguments = new ArrayList<>(List.of("serve", "-q", queue.toString(), "--listen", listen));
        arguments.addAll(List.of(more));
        return started(Sightlog.start(arguments.toArray(String[]::new)));
    }

    /** As another user. */
    static PageServer startAs(List<String> as, Path queue, String... more) {
        List<String> arguments = new ArrayList<>(List.of("serve", "-q", queue.toString(), "--listen", "127.0.0.1:0"));
        arguments.addAll(List.of(more));
        return started(Sightlog.startBehind(as, arguments.toArray(String[]::new)));
    }

    /** With a heap of so many MiB, and no more. */
    static PageServer startSmall(int heap, Path queue, String... more) {
        return startBehind(List.of("env", "JAVA_TOOL_OPTIONS=-Xmx" + heap + "m"), queue, more);
    }

    /** Behind another program, such as {@link Sightlog#AS_NOBODY}. */
    static PageServer startBehind(List<String> prefix, Path queue, String... more) {
        List<String> arguments = new ArrayList<>(List.of("serve", "-q", queue.toString(), "--listen", "127.0.0.1:0"));
        arguments.addAll(List.of(more));
        return started(Sightlog.startBehind(prefix, arguments.toArray(String[]::new)));
    }

    private static PageServer started(Sightlog process) {
        process.awaitErr("/?token=");
        Matcher link = LINK.matcher(String.join("\n", process.err()));
        if (!link.find()) {
            process.close();
            throw new AssertionError("no link in " + process.err());
        }
        return new PageServer(process, link.group(1), link.group(2));
    }

    String link() {
        return origin + "/?token=" + token;
    }

    /** The link, to a view of the page. */
    String link(String parameters) {
        return link() + "&" + parameters;
    }

    /** As {@code http://127.0.0.1:1234}. */
    String origin() {
        return origin;
    }

    String token() {
        return token;
    }

    int port() {
        return URI.create(origin).getPort();
    }

    /** What it says of the journal. */
    JsonNode info() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(origin + "/api/v1/info"))
                .header("Authorization", "Bearer " + token)
                .build();
        return new ObjectMapper()
                .readTree(HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .body());
    }

    Sightlog process() {
        return process;
    }

    /** SIGTERM, and waits for its end. */
    void stop() {
        process.terminate();
        process.await();
    }

    @Override
    public void close() {
        process.close();
    }
}

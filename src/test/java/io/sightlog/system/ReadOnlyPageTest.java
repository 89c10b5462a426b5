package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve} on a journal that it cannot write to, while a producer does: on a read-only mount, and of another user. */
@Tag("slow")
final class ReadOnlyPageTest {
    /** Mounts its first argument at the second, read-only, and becomes what follows. */
    private static final String MOUNT =
            "mount --bind \"$0\" \"$1\" && mount -o remount,bind,ro \"$1\" && shift && exec \"$@\"";

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    private Path queue;
    private Path cache;

    @BeforeEach
    void make() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        queue = folder.resolve("q");
        cache = Files.createDirectory(folder.resolve("cache"));
        List<String> produce = new ArrayList<>(
                List.of("produce", "-q", queue.toString(), "--keep-frames", "all", "--roll", "secondly"));
        List<Path> pictures = PageJournal.pictures(folder.resolve("pictures"));
        pictures.forEach(picture -> produce.add(picture.toString()));
        Sightlog.run(produce.toArray(String[]::new)).expect(0);
        try (Stream<Path> files = Files.walk(queue)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String all = Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--";
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(all));
            }
        }
        for (Path picture : pictures) {
            Files.delete(picture); // so that only kept ones are shown
        }
    }

    /** How a program is run for which the journal is at {@code there}, on a read-only mount. */
    private List<String> mounted(Path there) throws IOException, InterruptedException {
        Files.createDirectory(there);
        List<String> prefix = List.of("unshare", "-m", "sh", "-c", MOUNT, queue.toString(), there.toString());
        assumeTrue(exit(prefix, "true") == 0, "this machine allows no mount of a test's own, so none was tried");
        assertThat(exit(prefix, "touch", there.resolve("x").toString())).isNotZero();
        assertThat(queue.resolve("x")).doesNotExist();
        return prefix;
    }

    private List<String> nobody() throws IOException {
        assumeFalse(Sightlog.AS_NOBODY.isEmpty(), "this user cannot become another one: run as root");
        assumeFalse(Sightlog.runAsNobody(List.of(), "--version").code() != 0, "nobody may not read the jar");
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
        return Sightlog.AS_NOBODY;
    }

    private static int exit(List<String> prefix, String... command) throws InterruptedException {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(List.of(command));
        try {
            return new ProcessBuilder(all)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    @Test
    void onAReadOnlyMountAllIsAnsweredAndTheIndexIsInTheCache() throws Exception {
        Path there = folder.resolve("mount");
        withACacheAllIsAnswered(mounted(there), there);
    }

    @Test
    void ofAnotherUserAllIsAnsweredAndTheIndexIsInTheCache() throws Exception {
        withACacheAllIsAnswered(nobody(), queue);
    }

    @Test
    void withoutACacheAReadOnlyMountIsToldInALineAndTheRestIsAnswered() throws Exception {
        Path there = folder.resolve("mount");
        withoutACacheItIsTold(mounted(there), there, "Read-only file system");
    }

    @Test
    void withoutACacheAnotherUsersJournalIsToldInALineAndTheRestIsAnswered() throws Exception {
        withoutACacheItIsTold(nobody(), queue, "permission denied");
    }

    private void withACacheAllIsAnswered(List<String> prefix, Path journal) throws Exception {
        Map<String, String> before = listing();
        try (PageServer server = PageServer.startBehind(prefix, journal, "--cache", cache.toString())) {
            String picture = isAnswered(server);
            assertThat(get(server, "/api/v1/timeline?px=1").body()).contains("\"Dog\"", "\"Person\"");
            assertThat(listing()).isEqualTo(before);

            followsTheProducer(server);
            before = listing();
            awaitIndex(server);
            assertThat(get(server, "/api/v1/events?kind=message").body()).contains("\"text\":\"after\"");
            assertThat(get(server, picture).statusCode()).isEqualTo(200);
            assertThat(listing()).isEqualTo(before);
            try (Stream<Path> files = Files.walk(cache)) {
                assertThat(files.filter(Files::isRegularFile))
                        .as("index and token")
                        .hasSizeGreaterThan(1);
            }
            assertThat(server.process().err()).as("nothing is the matter").containsExactly("page at " + server.link());
        }
        try (PageServer again = PageServer.startBehind(prefix, journal, "--cache", cache.toString())) {
            assertThat(again.process().err()).containsExactly("page at " + again.link());
        }
        assertThat(listing()).isEqualTo(before);
    }

    private void withoutACacheItIsTold(List<String> prefix, Path journal, String reason) throws Exception {
        Map<String, String> before = listing();
        try (PageServer server = PageServer.startBehind(prefix, journal)) {
            isAnswered(server);
            server.process().awaitErr("the index does not go on");
            assertThat(server.process().err().stream().filter(line -> !line.startsWith("page at ")))
                    .as("one for the token, one for the index")
                    .hasSize(2)
                    .allMatch(line -> line.contains(reason) && line.contains("--cache"));
            assertThat(listing()).isEqualTo(before);
            followsTheProducer(server);
        }
    }

    /** @return where a picture is */
    private String isAnswered(PageServer server) throws Exception {
        assertThat(get(server, "/").statusCode()).isEqualTo(200);
        assertThat(get(server, "/api/v1/info").body()).contains("\"exists\":true");
        assertThat(get(server, "/api/v1/timeline").statusCode()).isEqualTo(200);
        String events = get(server, "/api/v1/events?kind=frame").body();
        Matcher index = Pattern.compile("\"index\":\"([^\"]+)\"").matcher(events);
        assertThat(index.find()).as(events).isTrue();
        String path = "/api/v1/picture/" + index.group(1);
        HttpResponse<String> picture = get(server, path);
        assertThat(picture.statusCode()).as(picture.body()).isEqualTo(200);
        assertThat(picture.headers().firstValue("Content-Type")).contains("image/jpeg");
        return path;
    }

    private void followsTheProducer(PageServer server) throws Exception {
        try (InputStream stream = client.send(
                                request(server, "/api/v1/live"), HttpResponse.BodyHandlers.ofInputStream())
                        .body();
                BufferedReader live = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            await(live, "event: hello");
            Sightlog.feed(List.of("after"), "send", "-q", queue.toString(), "door")
                    .expect(0);
            await(live, "\"text\":\"after\"");
        }
    }

    private static void await(BufferedReader live, String part) throws IOException {
        String line = "";
        while (!line.contains(part)) {
            line = live.readLine();
            assertThat(line).as("%s comes", part).isNotNull();
        }
    }

    /** Until all is in it, and the cycle that has ended on disk. */
    private void awaitIndex(PageServer server) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        String metrics = get(server, "/metrics").body();
        while (!metrics.contains("\nsightlog_index_up_to_date 1.0\n")
                || metrics.contains("\nsightlog_index_bytes 0.0\n")) {
            assertThat(System.nanoTime()).as(metrics).isLessThan(end);
            Thread.sleep(50); // asks again, until the deadline
            metrics = get(server, "/metrics").body();
        }
    }

    private HttpResponse<String> get(PageServer server, String path) throws Exception {
        return client.send(request(server, path), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(PageServer server, String path) {
        return HttpRequest.newBuilder(URI.create(server.origin() + path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + server.token())
                .build();
    }

    /** Size and time of the last change of everything in the journal, by name. */
    private Map<String, String> listing() throws IOException {
        Map<String, String> listing = new TreeMap<>();
        try (Stream<Path> files = Files.walk(queue)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                listing.put(
                        queue.relativize(file).toString(),
                        Files.size(file) + " bytes, " + Files.getLastModifiedTime(file));
            }
        }
        return listing;
    }
}

package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.bridge.mqtt.Mosquitto;
import io.sightlog.capture.live.MjpegServer;
import io.sightlog.event.EventDraft;
import io.sightlog.journal.ForeignPrograms;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.metrics.Promtool;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus' own checker has nothing to say of what the verbs answer at {@code /metrics}, whatever names are in it. */
@Tag("slow")
final class PromtoolTest {
    /** All that its text format has to escape, and what it has not. */
    private static final String ODD = "q\"b\\s{le},ü🚪";

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    @BeforeAll
    static void need() {
        ForeignPrograms.need("promtool");
    }

    private Path queue() {
        return folder.resolve("q");
    }

    private HttpResponse<String> get(String url, String token) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + token)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Waits until a line begins so, and has all of it checked. */
    private void check(Sightlog process, String line) throws Exception {
        String said = "metrics at ";
        process.awaitErr(said);
        String url = process.err().stream()
                .filter(each -> each.startsWith(said))
                .findFirst()
                .orElseThrow()
                .substring(said.length());
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        String text = get(url, "none").body();
        while (!("\n" + text).contains("\n" + line)) {
            assertThat(System.nanoTime()).as("%s in %s", line, text).isLessThan(end);
            Thread.sleep(50); // asks again, until the deadline
            text = get(url, "none").body();
        }
        Promtool.findsNothingIn(folder, text);
    }

    @Test
    void ofThePage() throws Exception {
        try (Journal journal = Journal.open(queue());
                JournalWriter writer = journal.writer()) {
            for (String name : List.of("alarm", "A-b.c_d", "9")) {
                writer.append(new EventDraft().capturedNanos(1).message(ODD, "open"));
                try (JournalReader reader = journal.reader(name)) {
                    assertThat(reader.next()).isTrue();
                    reader.handled();
                }
            }
        }
        try (PageServer server = PageServer.start(queue())) {
            for (String path : List.of("/", "/api/v1/info", "/api/v1/events?from=0", "/%22%0a%5c", "/api/v1/%22")) {
                get(server.origin() + path, server.token());
            }
            String text = get(server.origin() + "/metrics", server.token()).body();

            assertThat(text)
                    .contains("sightlog_consumer_lag_events{consumer=\"A-b.c_d\"} 2.0")
                    .contains("sightlog_serve_requests_total{endpoint=\"info\",status=\"200\"} 1.0");
            Promtool.findsNothingIn(folder, text);
        }
    }

    @Test
    void ofAProducer() throws Exception {
        try (MjpegServer camera = new MjpegServer();
                Sightlog produce = Sightlog.start(
                        "produce",
                        "-q",
                        queue().toString(),
                        "--metrics",
                        "0",
                        "--fps",
                        "10",
                        ODD + "=" + camera.url("/cam"),
                        "yard=rtsp://127.0.0.1:1/cam")) {
            check(produce, "sightlog_produce_frames_total{stream=\"" + ODD.replaceAll("[\\\\\"]", "\\\\$0") + "\"} ");
        }
    }

    @Test
    void ofTheBridgesOfMqtt() throws Exception {
        Sightlog.feed(List.of("one"), "send", "-q", queue().toString(), ODD).expect(0);
        try (Mosquitto broker = new Mosquitto(folder.resolve("mosquitto"))) {
            String port = Integer.toString(broker.port());
            String[] at = {"--host", "127.0.0.1", "-p", port, "--metrics", "0", "-t"};
            try (Sightlog receive = mqtt("receive", folder.resolve("in"), at, "a/#", "--id", "in");
                    Sightlog send = mqtt("send", queue(), at, "a/b", "--as", "up")) {
                check(send, "sightlog_bridge_acknowledged_total 1.0");
                check(receive, "sightlog_bridge_connected 1.0");
            }
        }
    }

    private static Sightlog mqtt(String verb, Path queue, String[] at, String... more) {
        List<String> all = new ArrayList<>(List.of("mqtt", verb, "-q", queue.toString()));
        all.addAll(List.of(at));
        all.addAll(List.of(more));
        return Sightlog.start(all.toArray(String[]::new));
    }
}

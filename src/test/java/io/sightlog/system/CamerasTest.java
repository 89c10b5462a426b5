package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import io.sightlog.capture.live.MjpegServer;
import io.sightlog.event.EventKind;
import io.sightlog.event.KeptFrame;
import io.sightlog.event.LiveSource;
import io.sightlog.journal.ForeignPrograms;
import io.sightlog.journal.FrameReader;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code produce} beside real servers: what it leaves, what it says, and how it ends. */
@Tag("slow")
class CamerasTest {
    private static final long SECOND = 1_000_000_000L;
    /** Where nothing listens. */
    private static final String NOBODY = "rtsp://127.0.0.1:1/cam";

    @TempDir
    Path folder;

    private String queue() {
        return folder.resolve("q").toString();
    }

    private record Seen(EventKind kind, String stream, String reason, LiveSource live, KeptFrame kept, long captured) {}

    private List<Seen> seen() {
        List<Seen> all = new ArrayList<>();
        try (Journal journal = Journal.open(folder.resolve("q"));
                JournalReader reader = journal.reader()) {
            while (reader.next()) {
                all.add(new Seen(
                        reader.event().kind(),
                        reader.event().stream(),
                        reader.event().reason(),
                        LiveSource.of(reader.event()),
                        KeptFrame.of(reader.event()),
                        reader.event().capturedNanos()));
            }
        }
        return all;
    }

    private long frames(String stream) {
        if (!Files.exists(folder.resolve("q/metadata.cq4t"))) {
            return 0;
        }
        try {
            return seen().stream()
                    .filter(event ->
                            event.kind() == EventKind.FRAME && event.stream().equals(stream))
                    .count();
        } catch (JournalException e) {
            return 0; // it is being made
        }
    }

    private void awaitFrames(String stream, long wanted) throws InterruptedException {
        long end = System.nanoTime() + 120 * SECOND;
        while (frames(stream) < wanted) {
            assertThat(System.nanoTime())
                    .as("no " + wanted + " frames of " + stream)
                    .isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50); // asks again, until the deadline
        }
    }

    @Test
    void aServerThatIsStoppedKilledAndStartedAgainIsGoneAndBackEachTime() throws Exception {
        RtspCamera.need();
        int port = RtspCamera.freePort();
        try (RtspCamera first = RtspCamera.start(port);
                Sightlog produce = Sightlog.start(
                        "produce",
                        "-q",
                        queue(),
                        "--source-timeout",
                        "2s",
                        "--fps",
                        "10",
                        "front=" + first.url("/cam"))) {
            awaitFrames("front", 5);
            first.signal("STOP");
            produce.awaitErr("front: no picture: silent for 2 s");
            first.signal("CONT");
            produce.awaitErr("front: back after ");
            long before = frames("front");
            first.close();
            try (RtspCamera second = RtspCamera.start(port)) {
                awaitFrames("front", before + 5);
                assertThat(second.url("/cam")).isEqualTo(first.url("/cam"));
                long began = System.nanoTime();
                produce.interrupt();
                produce.await().expect(130);
                assertThat(System.nanoTime() - began).isLessThan(10 * SECOND);
            }
        }
        List<Seen> skips = seen().stream()
                .filter(event ->
                        event.kind() == EventKind.SKIP && event.reason().startsWith("no picture"))
                .toList();
        assertThat(skips).hasSizeBetween(2, 3);
        assertThat(seen().stream()
                        .filter(event ->
                                event.kind() == EventKind.FRAME && event.live().outageNanos() > 0)
                        .count())
                .isBetween(2L, 3L);
        assertThat(Sightlog.run("verify", "-q", queue()).code()).isZero();
    }

    @Test
    void aNetworkThatIsCutIsAnOutageAndItsReturnIsToo() throws Exception {
        RtspCamera.needNetwork();
        int port = RtspCamera.freePort();
        try (RtspCamera camera = RtspCamera.startApart(port);
                Sightlog produce = Sightlog.startBehind(
                        camera.inItsNetwork(),
                        "produce",
                        "-q",
                        queue(),
                        "--source-timeout",
                        "2s",
                        "--fps",
                        "10",
                        "far=" + camera.url("/cam"))) {
            awaitFrames("far", 5);
            camera.network("down");
            produce.awaitErr("far: no picture: ");
            camera.network("up");
            produce.awaitErr("far: back after ");
            long began = System.nanoTime();
            produce.interrupt();
            produce.await().expect(130);
            assertThat(System.nanoTime() - began).isLessThan(10 * SECOND);
        }
    }

    @Test
    void aTransportStreamThatSomebodySendsIsLookedAt() throws Exception {
        ForeignPrograms.need("ffmpeg");
        int port = RtspCamera.freePort();
        Process sender = new ProcessBuilder(
                        "ffmpeg",
                        "-v",
                        "quiet",
                        "-re",
                        "-f",
                        "lavfi",
                        "-i",
                        "testsrc=size=320x240:rate=10",
                        "-c:v",
                        "mpeg2video",
                        "-g",
                        "10",
                        "-f",
                        "mpegts",
                        "udp://127.0.0.1:" + port + "?pkt_size=1316")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (Sightlog produce =
                Sightlog.start("produce", "-q", queue(), "--source-timeout", "5s", "sent=udp://127.0.0.1:" + port)) {
            awaitFrames("sent", 5);
            sender.destroyForcibly();
            produce.awaitErr("sent: no picture: silent for 5 s");
            produce.interrupt();
            produce.await().expect(130);
        } finally {
            sender.destroyForcibly();
        }
    }

    @Test
    void anRtspPasswordOpensAndAWrongOneIsSaid() throws Exception {
        RtspCamera.need();
        int port = RtspCamera.freePort();
        try (RtspCamera camera = RtspCamera.start(port, "viewer:opensesame@")) {
            String right = camera.url("/secret").replace("://", "://viewer:opensesame@");
            String wrong = camera.url("/secret").replace("://", "://viewer:wrongsecret@");
            try (Sightlog produce = Sightlog.start("produce", "-q", queue(), "right=" + right, "wrong=" + wrong)) {
                produce.awaitErr("wrong: no picture: ");
                awaitFrames("right", 5);
                produce.interrupt();
                Sightlog.Done done = produce.await().expect(130);
                assertThat(done.err()).anyMatch(line -> line.startsWith("wrong: ") && line.contains("401"));
                assertThat(String.join("\n", done.err())).doesNotContain("opensesame", "wrongsecret");
            }
        }
    }

    @Test
    void nothingThatARunLeavesHasThePassword() throws Exception {
        Path sources = Files.writeString(folder.resolve("cameras"), "");
        List<String> printed = new ArrayList<>();
        try (MjpegServer server = new MjpegServer()) {
            String right = server.url("/secret").replace("://", "://viewer:opensesame@");
            String wrong = server.url("/secret").replace("://", "://viewer:wrongsecret@") + "?token=tokensecret";
            Files.writeString(sources, "front=" + right + "\nback=" + wrong + "\n");
            try (Sightlog produce = Sightlog.start(
                    "produce", "-q", queue(), "--keep-frames", "all", "--source-file", sources.toString())) {
                awaitFrames("front", 5);
                produce.awaitErr("back: no picture: ");
                produce.interrupt();
                Sightlog.Done done = produce.await();
                printed.addAll(done.out());
                printed.addAll(done.err());
            }
            Sightlog.Done argument = Sightlog.run("produce", "-q", queue(), "--reconnect", "never", wrong);
            assertThat(argument.code()).isEqualTo(3);
            assertThat(argument.err()).anyMatch(line -> line.startsWith("warning: the password of "));
            printed.addAll(argument.err());
        }
        for (List<String> verb : List.of(
                List.of("tail", "-q", queue(), "--format", "ndjson", "--from", "start"),
                List.of("info", "-q", queue()),
                List.of("doctor", "-q", queue()),
                List.of("verify", "-q", queue()),
                List.of(
                        "draw",
                        "-q",
                        queue(),
                        "--from",
                        "start",
                        "--out",
                        folder.resolve("boxes").toString()),
                List.of(
                        "frames",
                        "export",
                        "-q",
                        queue(),
                        "--from",
                        "start",
                        "--out",
                        folder.resolve("f").toString()))) {
            Sightlog.Done done = Sightlog.run(verb.toArray(String[]::new));
            printed.addAll(done.out());
            printed.addAll(done.err());
        }
        Files.delete(sources);
        assertThat(String.join("\n", printed)).doesNotContain("opensesame", "wrongsecret", "tokensecret", "viewer:");
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                assertThat(file.toString()).doesNotContain("opensesame", "wrongsecret", "tokensecret");
                if (Files.isRegularFile(file)) {
                    String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
                    assertThat(bytes.contains("opensesame")
                                    || bytes.contains("wrongsecret")
                                    || bytes.contains("tokensecret"))
                            .as(file.toString())
                            .isFalse();
                }
            }
        }
    }

    @Test
    void ctrlCEndsItInEveryState() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                MjpegServer server = new MjpegServer()) {
            List<Socket> accepted = new ArrayList<>();
            Thread accepting = new Thread(() -> {
                try {
                    while (true) {
                        accepted.add(silent.accept());
                    }
                } catch (IOException e) {
                    // closed
                }
            });
            accepting.setDaemon(true);
            accepting.start();
            String mute = "rtsp://127.0.0.1:" + silent.getLocalPort() + "/cam";
            for (String address : List.of(mute, NOBODY, server.url("/cam"), server.url("/stall"))) {
                try (Sightlog produce =
                        Sightlog.start("produce", "-q", queue(), "--source-timeout", "60s", "a=" + address)) {
                    if (address.equals(NOBODY)) {
                        produce.awaitErr("a: no picture: ");
                    } else if (address.equals(mute)) {
                        long end = System.nanoTime() + 60 * SECOND;
                        while (accepted.isEmpty()) {
                            assertThat(System.nanoTime()).isLessThan(end);
                            Thread.onSpinWait();
                        }
                    } else {
                        awaitFrames("a", frames("a") + 3);
                    }
                    long began = System.nanoTime();
                    produce.interrupt();
                    produce.await().expect(130);
                    assertThat(System.nanoTime() - began)
                            .as(address + "; it takes less than one second where nothing else runs")
                            .isLessThan(10 * SECOND);
                }
            }
        }
    }

    @Test
    void keptPicturesAreReadDrawnAndExportedWhenTheCameraIsGone() throws Exception {
        try (MjpegServer server = new MjpegServer();
                Sightlog produce = Sightlog.start(
                        "produce",
                        "-q",
                        queue(),
                        "-m",
                        "mb3-centernet",
                        "--frame-width",
                        "320",
                        "door=" + server.url("/cam"),
                        "dead=" + NOBODY)) {
            awaitFrames("door", 4);
            produce.interrupt();
            produce.await().expect(130);
        }
        List<Seen> door = seen().stream()
                .filter(event -> event.stream().equals("door") && event.kind() == EventKind.FRAME)
                .toList();
        assertThat(door).allMatch(event -> event.kept() != null); // there is somebody in each
        try (Journal journal = Journal.open(folder.resolve("q"));
                FrameReader frames = journal.frames()) {
            for (Seen event : door) {
                assertThat(event.kept().width()).isEqualTo(320);
                assertThat(frames.read(event.kept())).startsWith(0xff, 0xd8);
            }
        }
        Path boxes = folder.resolve("boxes");
        Sightlog.Done drawn = Sightlog.run("draw", "-q", queue(), "--from", "start", "--out", boxes.toString());
        drawn.expect(0);
        Path exported = folder.resolve("exported");
        Sightlog.run("frames", "export", "-q", queue(), "--from", "start", "--out", exported.toString())
                .expect(0);
        assertThat(names(boxes)).hasSameSizeAs(door).allMatch(name -> name.startsWith("door-2"));
        assertThat(names(exported)).hasSameSizeAs(door).allMatch(name -> name.contains("-door-"));
        Sightlog.Done health = Sightlog.run("doctor", "-q", queue(), "--max-age", "1d");
        assertThat(health.out()).anyMatch(line -> line.startsWith("camera door: last seen "));
        Sightlog.Done old = Sightlog.run("doctor", "-q", queue(), "--max-age", "0s");
        assertThat(old.code()).isEqualTo(3);
        assertThat(old.out()).anyMatch(line -> line.contains("camera door was last seen "));
        assertThat(old.out()).anyMatch(line -> line.contains("camera dead") && line.contains("no picture: "));
        Sightlog.Done info = Sightlog.run("info", "-q", queue(), "--json");
        try (var json = new JsonFactory().createParser(info.out().get(0))) {
            while (json.nextToken() != null) {} // one sound object
        }
        assertThat(info.out().get(0)).contains("\"stream\":\"door\"");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}

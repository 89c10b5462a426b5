package io.sightlog.capture.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightlog.capture.Captured;
import io.sightlog.capture.FFmpegLog;
import io.sightlog.capture.Frame;
import io.sightlog.capture.MediaLibraries;
import io.sightlog.capture.Skip;
import io.sightlog.capture.SourceException;
import io.sightlog.natives.Bundle;
import io.sightlog.natives.Natives;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.opencv.opencv_videoio.VideoCapture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Cameras of the network, played by the JDK's server and by sockets: what comes and what is said when it does not. */
@Timeout(120)
class NetworkCamerasTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicBoolean stop = new AtomicBoolean();
    private MjpegServer server;
    private LiveSources sources;

    @BeforeEach
    void begin() throws IOException {
        MediaLibraries.forVideos();
        FFmpegLog.route();
        avutil.av_log_set_level(avutil.AV_LOG_ERROR); // another test in this process may have silenced it
        server = new MjpegServer();
    }

    @AfterEach
    void end() {
        if (sources != null) {
            long began = System.nanoTime();
            sources.close();
            assertThat(System.nanoTime() - began)
                    .as("closing takes less than a second")
                    .isLessThan(SECOND);
        }
        server.close();
    }

    private static LiveOptions patience(double seconds) {
        return new LiveOptions((long) (seconds * SECOND), true, LiveOptions.Transport.AUTO, false, 0, Long.MAX_VALUE);
    }

    private void open(LiveOptions options, String... addresses) {
        sources = LiveSources.open(
                Arrays.stream(addresses)
                        .map(address -> LiveAddress.parse(address, name -> null))
                        .toList(),
                options,
                stop::get);
    }

    private Frame frame() throws InterruptedException {
        Captured next = sources.next();
        assertThat(next).isInstanceOf(Frame.class);
        ((Frame) next).close();
        return (Frame) next;
    }

    private Skip skip() throws InterruptedException {
        while (true) {
            Captured next = Objects.requireNonNull(sources.next());
            if (next instanceof Skip skip) {
                return skip;
            }
            ((Frame) next).close();
        }
    }

    @Test
    void jpegsThroughHttpAreFrames() throws InterruptedException {
        open(patience(10), server.url("/cam"));
        Frame first = frame();
        assertThat(first.source()).isEqualTo(server.url("/cam"));
        assertThat(Objects.requireNonNull(first.live()).stream()).isEqualTo("localhost:" + server.port() + "/cam");
        long position = first.positionNanos();
        long captured = first.capturedNanos();
        for (int i = 0; i < 5; i++) {
            Frame next = frame();
            assertThat(next.positionNanos()).isGreaterThan(position);
            assertThat(next.capturedNanos()).isGreaterThan(captured);
            position = next.positionNanos();
            captured = next.capturedNanos();
        }
    }

    @Test
    void picturesMayChangeTheirSize() throws InterruptedException {
        open(patience(10), server.url("/sizes"));
        Set<String> sizes = new HashSet<>();
        for (int i = 0; sizes.size() < 2 && i < 200; i++) {
            Captured next = sources.next();
            if (next instanceof Frame frame) {
                sizes.add(frame.width() + "x" + frame.height());
                frame.close();
            }
        }
        assertThat(sizes).containsExactlyInAnyOrder("640x424", "768x576");
    }

    @Test
    void aStreamThatEndsIsOpenedAnew() throws InterruptedException {
        open(patience(10), server.url("/end"));
        assertThat(skip().reason()).startsWith("no picture: ");
        Frame back = frame();
        assertThat(Objects.requireNonNull(back.live()).source().reconnects()).isEqualTo(1);
        assertThat(back.live().source().outageNanos()).isBetween(SECOND / 2, 30 * SECOND);
    }

    @Test
    void aStreamThatStallsIsGoneAfterTheTimeoutAndNotBefore() throws InterruptedException {
        open(patience(1.5), server.url("/stall"));
        Skip gone = skip();
        assertThat(gone.reason()).isEqualTo("no picture: silent for 1.5 s");
        assertThat(Objects.requireNonNull(gone.live()).source().outageNanos()).isBetween(SECOND * 14 / 10, 20 * SECOND);
    }

    @Test
    void halfAFrameIsNoFrame() throws InterruptedException {
        open(patience(1.5), server.url("/half"));
        assertThat(skip().reason()).isEqualTo("no picture: silent for 1.5 s");
        assertThat(sources.states().get(0).arrived()).isLessThanOrEqualTo(2);
    }

    @Test
    void whatIsNoPictureIsASkipAndTheNextOneIsSound() throws InterruptedException {
        open(patience(10), server.url("/junk"));
        assertThat(skip().reason()).startsWith("damaged frame");
        frame();
    }

    @Test
    void aServerThatAcceptsAndSaysNothingIsGoneAfterTheTimeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
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
            for (String scheme : List.of("rtsp", "http", "rtmp")) {
                open(patience(1), scheme + "://localhost:" + silent.getLocalPort() + "/cam");
                long began = System.nanoTime();
                assertThat(skip().reason()).as(scheme).isEqualTo("no picture: silent for 1 s");
                assertThat(System.nanoTime() - began).as(scheme).isBetween(SECOND * 8 / 10, 15 * SECOND);
                sources.close();
            }
        }
    }

    @Test
    void aWrongPasswordIsSaidWithoutIt() throws InterruptedException {
        open(patience(10), server.url("/secret").replace("://", "://viewer:guessed-wrong@"));
        Skip skip = skip();
        assertThat(skip.reason()).contains("401").doesNotContain("guessed", "viewer");
        assertThat(skip.source()).isEqualTo(server.url("/secret"));
    }

    @Test
    void theRightPasswordOpens() throws InterruptedException {
        open(patience(10), server.url("/secret").replace("://", "://viewer:opensesame@"));
        frame();
    }

    @Test
    void aDeadCameraDoesNotHoldAnotherUp() throws InterruptedException {
        open(patience(5), "well=" + server.url("/cam"), "dead=http://localhost:1/cam");
        int frames = 0;
        int skips = 0;
        while (frames < 20) {
            Captured next = Objects.requireNonNull(sources.next());
            if (next instanceof Frame frame) {
                frame.close();
                frames++;
            } else {
                skips++;
                assertThat(Objects.requireNonNull(next.live()).stream()).isEqualTo("dead");
            }
        }
        assertThat(skips).isLessThanOrEqualTo(1);
    }

    @Test
    void aNameThatNobodyKnowsIsSaid() throws InterruptedException {
        open(patience(5), "rtsp://camera.invalid/x");
        assertThat(skip().reason()).containsAnyOf("nobody knows where camera.invalid is", "silent for 5 s");
    }

    @Test
    void aNumberIsNoNameInACertificate() {
        assertThatThrownBy(() -> open(patience(5), "rtsps://127.0.0.1/x"))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("--insecure");
        assertThatThrownBy(() -> open(patience(5), "https://[::1]/x")).isInstanceOf(SourceException.class);
    }

    @Test
    void aCertificateThatNobodyVouchesForIsRefusedUnlessAnyIsTaken(@TempDir Path folder) throws Exception {
        try (MjpegServer tls = new MjpegServer(0, selfSigned(folder.resolve("store")))) {
            open(patience(10), tls.url("/cam"));
            assertThat(skip().reason()).contains("certificate verify failed");
            sources.close();
            open(
                    new LiveOptions(10 * SECOND, true, LiveOptions.Transport.AUTO, true, 0, Long.MAX_VALUE),
                    tls.url("/cam"));
            frame();
        }
    }

    private static SSLContext selfSigned(Path store) throws Exception {
        String password = "changeit";
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "camera",
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        password)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(keytool.waitFor()).as("keytool").isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), password.toCharArray());
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, password.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    @Test
    void aDeviceThatIsNotThereIsSaid() throws InterruptedException {
        open(patience(10), "/dev/video250");
        Skip gone = skip();
        assertThat(gone.reason()).isEqualTo("no picture: there is no /dev/video250; is the camera plugged in?");
        assertThat(Objects.requireNonNull(gone.live()).stream()).isEqualTo("video250");
    }

    /** Where a machine has no camera this is all that can be tried of it. */
    @Test
    void theLibraryForDevicesLoads() {
        Natives.load(Bundle.OPENCV_VIDEO);
        try (VideoCapture none = new VideoCapture()) {
            assertThat(none.isOpened()).isFalse();
        }
    }

    @Test
    void aSlowLookerSeesWhatIsNewAndTheRestIsCounted() throws InterruptedException {
        open(patience(10), server.url("/cam"));
        frame();
        long worstAge = 0;
        long dropped = 0;
        long began = System.nanoTime();
        int looked = 0;
        while (System.nanoTime() - began < 4 * SECOND) {
            Thread.sleep(200); // the detector, four times too slow
            Frame frame = frame();
            looked++;
            worstAge = Math.max(
                    worstAge, Objects.requireNonNull(frame.live()).source().ageNanos());
            dropped += frame.live().source().dropped();
        }
        CameraState state = sources.states().get(0);
        assertThat(dropped).isGreaterThan(looked);
        assertThat(state.dropped()).isGreaterThanOrEqualTo(dropped);
        assertThat(state.arrived()).isGreaterThanOrEqualTo(state.taken() + state.dropped());
        assertThat(worstAge).as("what is looked at is never old").isLessThan(SECOND);
    }
}

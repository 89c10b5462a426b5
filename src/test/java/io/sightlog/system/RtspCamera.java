package io.sightlog.system;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightlog.journal.ForeignPrograms;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real RTSP server, GStreamer's, in a process of its own. Closing kills it. */
final class RtspCamera implements AutoCloseable {
    private static final String PYTHON = ForeignPrograms.pythonForAll();

    private final int port;
    private final Process process;

    private RtspCamera(List<String> prefix, int port, String... more) throws IOException {
        this.port = port;
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(PYTHON, "src/test/python/rtsp_camera.py", Integer.toString(port), "320", "240", "20"));
        command.addAll(List.of(more));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        if (!"up".equals(line)) {
            process.destroyForcibly();
            throw new IllegalStateException("the RTSP server has not come up: " + line);
        }
    }

    /** Goes on only where there is such a server. */
    static void need() throws IOException, InterruptedException {
        ForeignPrograms.need("python3");
        Process look = new ProcessBuilder(
                        PYTHON,
                        "-c",
                        "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import Gst, GstRtspServer;"
                                + " Gst.init(None); exit(0 if Gst.ElementFactory.find('x264enc') else 1)")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        ForeignPrograms.need(
                look.waitFor() == 0,
                "GStreamer's RTSP server (gir1.2-gst-rtsp-server-1.0, plugins good and ugly) is not there");
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** @param more {@code USER:PASSWORD@}, which {@code /secret} wants */
    static RtspCamera start(int port, String... more) throws IOException {
        return new RtspCamera(List.of(), port, more);
    }

    /** Goes on only where a network of its own can be made. */
    static void needNetwork() throws IOException, InterruptedException {
        need();
        boolean can = ForeignPrograms.isThere("unshare")
                && ForeignPrograms.isThere("nsenter")
                && ForeignPrograms.isThere("ip")
                && new ProcessBuilder("unshare", "--net", "ip", "link", "set", "lo", "up")
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
        assumeTrue(
                can, "no network of one's own can be made here (unshare --net): a network that is cut was not tried");
    }

    /** In a network of its own, in which there is nothing else. */
    static RtspCamera startApart(int port) throws IOException {
        return new RtspCamera(List.of("unshare", "--net", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh"), port);
    }

    /** How a program is run in that network. */
    List<String> inItsNetwork() {
        return List.of("nsenter", "--target", Long.toString(process.pid()), "--net");
    }

    /** Takes the network down, or up again. */
    void network(String state) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(inItsNetwork());
        command.addAll(List.of("ip", "link", "set", "lo", state));
        if (new ProcessBuilder(command).start().waitFor() != 0) {
            throw new IllegalStateException("the network does not go " + state);
        }
    }

    String url(String path) {
        return "rtsp://127.0.0.1:" + port + path;
    }

    /** STOP, CONT or KILL. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

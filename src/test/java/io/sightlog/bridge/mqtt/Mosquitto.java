package io.sightlog.bridge.mqtt;

import io.sightlog.journal.ForeignPrograms;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A broker of Debian's on a free port of this machine, as a child of the test. It can be stopped, killed, suspended, started again
 * with what it kept, or empty. Where there is none the test is skipped.
 */
public final class Mosquitto implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/sbin/mosquitto");
    private static final long SECONDS = 30;

    private final Path folder;
    private final int port;
    private Process process;

    /**
     * Starts one.
     *
     * @param folder of its own, for what it keeps and says
     * @param lines of its configuration, besides the port
     */
    public Mosquitto(Path folder, String... lines) throws IOException, InterruptedException {
        ForeignPrograms.need(Files.isExecutable(PROGRAM), PROGRAM + " is not installed");
        this.folder = Files.createDirectories(folder);
        port = freePort();
        List<String> config = new ArrayList<>(List.of("listener " + port + " 127.0.0.1"));
        if (Stream.of(lines).noneMatch(line -> line.startsWith("allow_anonymous"))) {
            config.add("allow_anonymous true");
        }
        config.addAll(List.of(
                "user "
                        + System.getProperty(
                                "user.name"), // else root becomes another one, who may not read this folder
                "persistence_location " + folder + "/",
                "log_dest file " + folder.resolve("log"),
                "log_type error",
                "log_type warning",
                "log_type notice"));
        config.addAll(List.of(lines));
        Files.write(folder.resolve("conf"), config);
        process = startProcess();
    }

    /** One that keeps what it acknowledged, also when it is killed. */
    public static Mosquitto keeping(Path folder, String... lines) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(
                "persistence true", "autosave_on_changes true", "autosave_interval 1", "max_queued_messages 0"));
        all.addAll(List.of(lines));
        return new Mosquitto(folder, all.toArray(String[]::new));
    }

    public int port() {
        return port;
    }

    /** What it said so far. */
    public String log() throws IOException {
        Path log = folder.resolve("log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    /** SIGTERM, and waits for its end: it keeps what it has. */
    public void stop() throws InterruptedException {
        resume();
        process.destroy();
        awaitEnd();
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitEnd();
    }

    /** It does nothing more, and its connections stay. */
    public void suspend() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** It goes on. */
    public void resume() throws InterruptedException {
        try {
            signal("CONT");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Again, with what it kept. */
    public void start() throws IOException, InterruptedException {
        if (process.isAlive()) {
            throw new IllegalStateException("it runs");
        }
        process = startProcess();
    }

    /** Again, and it knows nothing of before. */
    public void startEmpty() throws IOException, InterruptedException {
        Files.deleteIfExists(folder.resolve("mosquitto.db"));
        start();
    }

    private Process startProcess() throws IOException, InterruptedException {
        Process started = new ProcessBuilder(
                        PROGRAM.toString(), "-c", folder.resolve("conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("output").toFile()))
                .start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!isListening()) {
            if (!started.isAlive() || System.nanoTime() > end) {
                started.destroyForcibly();
                throw new AssertionError("mosquitto does not listen on " + port + ": " + log()
                        + Files.readString(folder.resolve("output")));
            }
            started.waitFor(20, TimeUnit.MILLISECONDS);
        }
        return started;
    }

    private boolean isListening() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    private void awaitEnd() throws InterruptedException {
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("mosquitto does not end");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

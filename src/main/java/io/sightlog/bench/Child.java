package io.sightlog.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process of ours, which is told and tells in lines. Closing it ends it. One thread, but {@link #kill}. */
final class Child implements AutoCloseable {
    private final String name;
    private final Process process;
    private final Writer input;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    Child(String name, Process process) {
        this.name = name;
        this.process = process;
        this.input = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        Thread reading = new Thread(this::read, "output of " + name);
        reading.setDaemon(true);
        reading.start();
    }

    private void read() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            // it has ended, and its exit code says how
        }
    }

    void tell(String line) {
        try {
            input.write(line + "\n");
            input.flush();
        } catch (IOException e) {
            throw new IllegalStateException("the " + name + " has ended before it was told to \"" + line + "\"");
        }
    }

    /**
     * The rest of the next line, which must begin with a word.
     *
     * @return null when there is none yet after that time
     */
    @Nullable
    String hear(String word, long millis) throws InterruptedException {
        String line = lines.poll(millis, TimeUnit.MILLISECONDS);
        if (line == null) {
            return null;
        }
        if (!line.equals(word) && !line.startsWith(word + " ")) {
            throw new IllegalStateException("the " + name + " said \"" + line + "\" in place of \"" + word + "\"");
        }
        return line.substring(word.length()).strip();
    }

    /** @throws IllegalStateException when it has ended, and not well */
    void check() {
        if (!process.isAlive() && process.exitValue() != 0) {
            throw new IllegalStateException(
                    "the " + name + " has failed with exit code " + process.exitValue() + "; what it said is above");
        }
    }

    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
            input.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // it reads no more
        }
    }
}

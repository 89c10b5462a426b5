package io.sightlog.jmh.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process that answers lines with lines. What it says on stderr is kept, and told when it fails. One thread. */
final class Child implements AutoCloseable {
    private static final String GONE = "\0gone";
    private static final int LOG_TOLD = 2000;
    private static final long EXIT_SECONDS = 10;

    private final String name;
    private final Process process;
    private final Path log;
    private final Writer commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    Child(String name, List<String> command, Path log) {
        this.name = name;
        this.log = log;
        try {
            process = new ProcessBuilder(command).redirectError(log.toFile()).start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.get(0), e);
        }
        commands = process.outputWriter(StandardCharsets.US_ASCII);
        Thread reading = new Thread(this::read, name);
        reading.setDaemon(true);
        reading.start();
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answers.add(line);
            }
        } catch (IOException e) {
            // told as gone
        }
        answers.add(GONE);
    }

    void say(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
        } catch (IOException e) {
            throw failure("took no \"" + command + "\"");
        }
    }

    /** The words of the next answer, which must begin with this one. */
    String[] answer(String first, double withinSeconds) {
        try {
            String line = answers.poll((long) (withinSeconds * 1000), TimeUnit.MILLISECONDS);
            if (line == null) {
                throw failure("did not say \"" + first + "\" within " + Math.round(withinSeconds) + " s");
            }
            if (line.equals(GONE)) {
                throw failure("ended before it said \"" + first + "\"");
            }
            String[] words = line.split(" ");
            if (!words[0].equals(first)) {
                throw failure("should have said \"" + first + "\", and said \"" + line + "\"");
            }
            return words;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("was interrupted");
        }
    }

    private PeerException failure(String what) {
        String told = "";
        try {
            told = Files.readString(log).strip();
        } catch (IOException e) {
            // then without
        }
        return new PeerException(name + " " + what
                + (told.isEmpty() ? "" : "; it says:\n" + told.substring(0, Math.min(told.length(), LOG_TOLD))));
    }

    /** Lets it end, and ends it when it does not. */
    @Override
    public void close() {
        try {
            commands.close();
        } catch (IOException e) {
            // it has ended
        }
        try {
            if (!process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    void kill() {
        process.destroyForcibly();
    }
}

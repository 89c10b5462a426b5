package io.sightlog.system;

import io.sightlog.journal.SharedClasses;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * One running process of the packaged jar. What it prints is kept line by line; every wait ends after {@link #SECONDS} with
 * an error that shows all of it. Closing kills what still runs.
 */
final class Sightlog implements AutoCloseable {
    private static final int SECONDS = 120;
    private static final boolean ENV_RESTORES_SIGNALS = succeeds("env", "--default-signal=INT", "true");

    /** How another, powerless user runs a program; empty when this one cannot become another. */
    static final List<String> AS_NOBODY =
            succeeds("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "true")
                    ? List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
                    : List.of();

    private final String shown;
    private final Process process;
    private final BufferedWriter stdin;
    private final Printed out;
    private final Printed err;

    /** How a process ended, and all it printed. */
    record Done(String command, int code, List<String> out, List<String> err) {
        /** Fails when it ended otherwise. */
        Done expect(int expected) {
            if (code != expected) {
                throw new AssertionError("exit code " + code + ", not " + expected + ", of " + this);
            }
            return this;
        }

        @Override
        public String toString() {
            return show(command, out, err) + "\n exit code " + code;
        }
    }

    private Sightlog(List<String> prefix, String... args) {
        List<String> command =
                new ArrayList<>(ENV_RESTORES_SIGNALS ? List.of("env", "--default-signal=INT,HUP") : List.of());
        command.addAll(prefix);
        command.addAll(command());
        command.addAll(List.of(args));
        shown = "sightlog " + String.join(" ", args);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
        stdin = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        out = new Printed(process.getInputStream());
        err = new Printed(process.getErrorStream());
    }

    /** How the packaged jar is run; its arguments follow. */
    static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(SharedClasses.ofTheJar());
        if (Runtime.version().feature() >= 23) {
            command.add("--sun-misc-unsafe-memory-access=allow"); // as the launcher does
        }
        command.addAll(List.of("-jar", System.getProperty("sightlog.jar")));
        return command;
    }

    /** Starts it with nobody reading its standard output, so that the pipe can be closed under it. */
    private Sightlog(boolean unread, String... args) {
        this(List.of(), args);
        if (!unread) {
            out.read();
        }
        err.read();
    }

    /** Starts it. A signal that this process ignores, as jobs in the background do, is heard by it all the same. */
    static Sightlog start(String... args) {
        return new Sightlog(false, args);
    }

    /** Starts it; its standard output is not read but by {@link #unread}. */
    static Sightlog startUnread(String... args) {
        return new Sightlog(true, args);
    }

    /** Runs it to its end, with nothing on its standard input. */
    static Done run(String... args) {
        return feed(List.of(), args);
    }

    /** Runs it to its end, with these lines on its standard input. */
    static Done feed(List<String> lines, String... args) {
        try (Sightlog sightlog = start(args)) {
            sightlog.write(lines);
            return sightlog.await();
        }
    }

    /** Runs it to its end with its standard streams as a shell redirects them, e.g. {@code >/dev/full}. */
    static Done runRedirected(String redirection, List<String> lines, String... args) {
        return runBehind(List.of("sh", "-c", "exec \"$@\" " + redirection, "sh"), lines, args);
    }

    /** How a program is run as another user; empty when this one cannot become another. */
    static List<String> as(int uid, int gid, Integer... groups) {
        List<String> prefix = new ArrayList<>(List.of("setpriv", "--reuid=" + uid, "--regid=" + gid));
        prefix.add(
                groups.length == 0
                        ? "--clear-groups"
                        : "--groups="
                                + Arrays.stream(groups).map(String::valueOf).collect(Collectors.joining(",")));
        return AS_NOBODY.isEmpty() ? List.of() : prefix;
    }

    /** Starts it behind another program, such as {@link #as}. */
    static Sightlog startBehind(List<String> prefix, String... args) {
        Sightlog sightlog = new Sightlog(prefix, args);
        sightlog.out.read();
        sightlog.err.read();
        return sightlog;
    }

    /** Runs it to its end behind another program, such as {@link #as}. */
    static Done runBehind(List<String> prefix, List<String> lines, String... args) {
        try (Sightlog sightlog = new Sightlog(prefix, args)) {
            sightlog.out.read();
            sightlog.err.read();
            sightlog.write(lines);
            return sightlog.await();
        }
    }

    /** Runs it to its end as a user who may write nowhere. */
    static Done runAsNobody(List<String> lines, String... args) {
        return runBehind(AS_NOBODY, lines, args);
    }

    private static boolean succeeds(String... command) {
        if (File.separatorChar != '/') {
            return false;
        }
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Its standard output, when nobody else reads it. */
    InputStream unread() {
        return process.getInputStream();
    }

    /** Writes lines to its standard input and flushes; a process that has died meanwhile takes none. */
    void write(List<String> lines) {
        try {
            for (String line : lines) {
                stdin.write(line);
                stdin.write('\n');
            }
            stdin.flush();
        } catch (IOException e) {
            // it ended; whoever asks for its exit code is told
        }
    }

    /** Likewise, bytes that need be no text. */
    void write(byte[] bytes) {
        try {
            process.getOutputStream().write(bytes);
            process.getOutputStream().flush();
        } catch (IOException e) {
            // it ended; whoever asks for its exit code is told
        }
    }

    /** Waits until its standard output is as wanted. */
    void awaitOut(String what, Predicate<List<String>> wanted) {
        await(out, what, wanted);
    }

    /** Waits until it has printed so many lines. */
    void awaitLines(int count) {
        awaitOut(count + " lines", lines -> lines.size() >= count);
    }

    /** Waits until a line of its standard error contains this. */
    void awaitErr(String text) {
        await(err, "\"" + text + "\" on stderr", lines -> lines.stream().anyMatch(line -> line.contains(text)));
    }

    /** What is on its standard error by now. */
    List<String> err() {
        return err.lines();
    }

    /** Whether a line of its standard error contains this by now. */
    boolean hasOnErr(String text) {
        return err.lines().stream().anyMatch(line -> line.contains(text));
    }

    private void await(Printed printed, String what, Predicate<List<String>> wanted) {
        if (!printed.await(wanted, SECONDS)) {
            throw new AssertionError(
                    (process.isAlive() ? "no " + what + " in " + SECONDS + " s" : "ended without " + what) + ": "
                            + show(shown, out.lines(), err.lines()));
        }
    }

    /** SIGKILL: it gets no chance to do anything. */
    void kill() {
        process.toHandle().destroyForcibly(); // Process would throw away what is in the pipes
    }

    void terminate() {
        process.toHandle().destroy();
    }

    void interrupt() {
        signal("INT");
    }

    void hangUp() {
        signal("HUP");
    }

    /** SIGSTOP: it does nothing, and its connections stay, until {@link #goOn}. */
    void hang() {
        signal("STOP");
    }

    void goOn() {
        signal("CONT");
    }

    private void signal(String name) {
        if (!succeeds("kill", "-" + name, Long.toString(process.pid()))) {
            throw new AssertionError("no process " + process.pid() + " for SIG" + name + ": " + shown);
        }
    }

    /** Ends its standard input and waits for its end. */
    Done await() {
        try {
            stdin.close();
        } catch (IOException e) {
            // it has ended
        }
        return awaitWithOpenInput();
    }

    /** Waits for its end, while its standard input stays open. */
    Done awaitWithOpenInput() {
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || !out.awaitEnd(SECONDS) || !err.awaitEnd(SECONDS)) {
                throw new AssertionError("not ended in " + SECONDS + " s: " + show(shown, out.lines(), err.lines()));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return new Done(shown, process.exitValue(), out.lines(), err.lines());
    }

    private static String show(String command, List<String> out, List<String> err) {
        return command + "\n stdout: " + last(out) + "\n stderr: " + last(err);
    }

    private static String last(List<String> lines) {
        int from = Math.max(0, lines.size() - 20);
        return (from > 0 ? "(" + lines.size() + " lines) ..." : "")
                + String.join("\n   ", lines.subList(from, lines.size()));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The lines of a stream so far. */
    private static final class Printed {
        private final InputStream in;
        private final List<String> lines = new ArrayList<>();
        private boolean ended = true;

        Printed(InputStream in) {
            this.in = in;
        }

        synchronized void read() {
            ended = false;
            Thread reader = new Thread(this::readAll, "output");
            reader.setDaemon(true);
            reader.start();
        }

        private void readAll() {
            byte[] buffer = new byte[1 << 16];
            byte[] rest = new byte[0];
            try {
                int read;
                while ((read = in.read(buffer)) >= 0) {
                    rest = split(rest, buffer, read);
                }
            } catch (IOException e) {
                // closed under us: that is its end
            }
            end(rest);
        }

        private synchronized byte[] split(byte[] rest, byte[] more, int count) {
            byte[] all = Arrays.copyOf(rest, rest.length + count);
            System.arraycopy(more, 0, all, rest.length, count);
            int start = 0;
            for (int i = rest.length; i < all.length; i++) {
                if (all[i] == '\n') {
                    lines.add(new String(all, start, i - start, StandardCharsets.UTF_8));
                    start = i + 1;
                }
            }
            notifyAll();
            return Arrays.copyOfRange(all, start, all.length);
        }

        private synchronized void end(byte[] rest) {
            if (rest.length > 0) {
                lines.add(new String(rest, StandardCharsets.UTF_8));
            }
            ended = true;
            notifyAll();
        }

        synchronized List<String> lines() {
            return List.copyOf(lines);
        }

        synchronized boolean await(Predicate<List<String>> wanted, int seconds) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            while (!wanted.test(lines)) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (ended || left <= 0) {
                    return false;
                }
                try {
                    wait(left);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return true;
        }

        synchronized boolean awaitEnd(int seconds) {
            return ended || await(lines -> ended, seconds) || ended;
        }
    }
}

package io.sightlog.journal.internal.append;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.Roll;
import io.sightlog.journal.SharedClasses;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A process that opens a journal, appends one event, and then holds the write lock in the middle of its second append. */
public final class HoldingWriter implements AutoCloseable {
    private static final String HOLDING = "holding ";

    private final Process process;
    private final BufferedReader out;
    private final long pid;

    /** Starts one, and returns when it holds the lock. */
    public HoldingWriter(Path directory, String... prefix) throws IOException {
        List<String> command = new ArrayList<>(List.of(prefix));
        command.addAll(java(HoldingWriter.class, directory.toString()));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        while (line != null && !line.startsWith(HOLDING)) {
            line = out.readLine();
        }
        if (line == null) {
            throw new IOException("the child ended with " + exitCode());
        }
        pid = Long.parseLong(line.substring(HOLDING.length()));
    }

    /** How to run a class of the tests for a short time. */
    public static List<String> java(Class<?> main, String... args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--"))
                .toList();
        command.addAll(flags);
        command.addAll(SharedClasses.ofTheTests(flags));
        command.addAll(List.of("-cp", SharedClasses.classPath(), main.getName()));
        command.addAll(List.of(args));
        return command;
    }

    /** As it sees itself. */
    public long pid() {
        return pid;
    }

    public void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** Lets it end its append and its life. */
    public void goOn() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    /** Kills it as {@code kill -9} does, all of it, and returns when it is gone. */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        exitCode();
    }

    public int exitCode() {
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new AssertionError("process " + process.pid() + " does not end");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        out.close();
    }

    public static void main(String[] args) throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        Thread waiting = new Thread(() -> {
            try {
                System.in.read();
            } catch (IOException e) {
                // nobody there any more
            }
            goOn.countDown();
        });
        waiting.setDaemon(true);
        waiting.start();
        boolean[] hold = {false};
        NanoClock clock = () -> {
            if (hold[0]) {
                hold[0] = false;
                System.out.println(HOLDING + ProcessHandle.current().pid());
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return NanoClock.SYSTEM.nanos();
        };
        try (JournalWriter writer = Journal.open(Path.of(args[0]), clock).writer(Roll.DAILY)) {
            EventDraft draft = new EventDraft().capturedNanos(0);
            writer.append(draft.frame(1000, 0));
            hold[0] = true;
            writer.append(draft.clear().capturedNanos(0).frame(1001, 0));
        }
    }
}

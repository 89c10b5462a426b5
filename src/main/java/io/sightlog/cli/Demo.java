package io.sightlog.cli;

import io.sightlog.cli.terminal.Console;
import io.sightlog.cli.terminal.Exit;
import io.sightlog.inspect.JournalInfo;
import io.sightlog.journal.Journal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sightlog demo}: the main job on the pictures that come along, in as many processes as it takes. */
@Command(
        name = "demo",
        description =
                "Run the main job on the pictures that come with the program: detect, append, kill a consumer, resume it, draw.")
final class Demo implements Callable<Integer> {
    private static final String MARK = ".made-by-sightlog-demo";
    private static final String[] PICTURES = {"dog.jpg", "horses.jpg", "person.jpg"};
    /** The slower one of the models, which finds more in them. */
    private static final String MODEL = "mb3-centernet";

    private static final long PATIENCE_SECONDS = 120;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "demo",
            description = "Where to put pictures, journal and boxes (default: ${DEFAULT-VALUE}); replaced each time.")
    Path out = Path.of("demo");

    private Path queue = out;
    private final List<Process> children = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        prepare();
        queue = out.resolve("queue-data");
        Path pictures = out.resolve("pictures");
        Path seen = out.resolve("watcher.txt");
        Path boxes = out.resolve("boxes");
        try {
            say("1. A consumer named \"watcher\" starts, in a process of its own, before there is any journal.");
            Process watcher = start(seen, "tail", "-q", queue, "--as", "watcher", "--follow");

            say("2. A producer looks at two pictures and appends an event for each.");
            run("produce", "-q", queue, "--model", MODEL, pictures.resolve("dog.jpg"), pictures.resolve("horses.jpg"));
            awaitLine(seen, watcher);

            say("3. The consumer is killed with SIGKILL. It had printed:");
            watcher.destroyForcibly().waitFor();
            List<String> before = Files.readAllLines(seen);
            before.forEach(line -> Console.OUT.println("   " + line));

            say("4. While nobody watches, another producer appends a third picture.");
            run("produce", "-q", queue, "--model", MODEL, pictures.resolve("person.jpg"));

            say("5. The consumer starts again, and goes on where it stopped:");
            Path again = out.resolve("watcher-again.txt");
            int code = start(again, "tail", "-q", queue, "--as", "watcher").waitFor();
            List<String> after = Files.readAllLines(again);
            after.forEach(line -> Console.OUT.println("   " + line));
            check(code, before, after);

            say("6. A replay of the past, without waiting, as data for other programs:");
            run("replay", "-q", queue, "--rate", "max");

            say("7. The boxes are drawn into copies of the pictures:");
            run("draw", "-q", queue, "--out", boxes);
            try (DirectoryStream<Path> drawn = Files.newDirectoryStream(boxes, "*.jpg")) {
                drawn.forEach(file -> Console.OUT.println("   " + file));
            }

            say("8. And what is in the journal, and will be there next year:");
            run("info", "-q", queue);
            say("And to look at it in a browser:");
            Console.OUT.println("   $ sightlog serve --open -q " + queue);
            return Exit.DONE;
        } finally {
            children.forEach(Process::destroyForcibly);
        }
    }

    /** Everything that was appended was seen, and no more than one event twice. */
    private void check(int code, List<String> before, List<String> after) {
        List<String> all = new ArrayList<>(before);
        all.addAll(after);
        long events = JournalInfo.of(Journal.open(queue)).events();
        int distinct = new LinkedHashSet<>(all).size();
        if (code != Exit.DONE || distinct != events || all.size() > events + 1) {
            throw new IllegalStateException("the journal has " + events + " events, the consumer saw " + distinct
                    + " of them, " + all.size() + " with repeats (exit code " + code + ")");
        }
        Console.OUT.println("   " + events + " events in the journal, " + distinct + " seen by the consumer, "
                + (all.size() - distinct) + " of them twice.");
    }

    private void prepare() throws IOException {
        if (Files.exists(out)) {
            boolean ours = Files.exists(out.resolve(MARK));
            try (DirectoryStream<Path> files = Files.newDirectoryStream(out)) {
                if (!ours && files.iterator().hasNext()) {
                    throw new IOException(
                            out + " is there and was not made by this demo; name another folder with --out");
                }
            }
            delete(out);
        }
        Path pictures = Files.createDirectories(out.resolve("pictures"));
        Files.createFile(out.resolve(MARK));
        for (String picture : PICTURES) {
            try (InputStream in = Demo.class.getResourceAsStream("/io/sightlog/demo/" + picture)) {
                if (in == null) {
                    throw new IOException("the picture " + picture + " is missing from the program");
                }
                Files.copy(in, pictures.resolve(picture));
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @org.jspecify.annotations.Nullable IOException e)
                    throws IOException {
                if (!directory.equals(folder)) {
                    Files.delete(directory);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void say(String text) {
        Console.OUT.println();
        Console.OUT.println(text);
    }

    /** Runs a verb in a process of its own, its output among ours. */
    private void run(Object... verb) throws IOException, InterruptedException {
        StringBuilder shown = new StringBuilder("   $ sightlog");
        for (Object word : verb) {
            shown.append(' ').append(word);
        }
        Console.OUT.println(shown);
        Process process =
                new ProcessBuilder(Self.command(List.of(verb))).inheritIO().start();
        children.add(process);
        int code = process.waitFor();
        if (code != Exit.DONE) {
            throw new IllegalStateException("sightlog " + verb[0] + " ended with exit code " + code);
        }
    }

    private Process start(Path output, Object... verb) throws IOException {
        Process process = new ProcessBuilder(Self.command(List.of(verb)))
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        children.add(process);
        return process;
    }

    private static void awaitLine(Path file, Process process) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        try {
            while (Files.size(file) == 0) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IllegalStateException("the consumer has printed nothing");
                }
                Thread.sleep(10);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

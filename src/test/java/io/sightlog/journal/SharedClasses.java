package io.sightlog.journal;

import io.sightlog.event.EventDraft;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the JVMs of tests start in half of the time: with the libraries' classes as they are in memory (class data sharing), as the
 * launcher does it. Made at their first start, see {@link MadeOnce}; a JVM that cannot use them starts without, and says nothing.
 */
public final class SharedClasses {
    private static final String PICTURE = "src/main/resources/io/sightlog/demo/dog.jpg";
    private static final String LINE = """
            {"source":"a.jpg","detections":[{"label":"dog","confidence":0.7,"x":1,"y":2,"w":3,"h":4}]}
            """;

    /** For JVMs that are soon over. */
    private static final List<String> BRIEF = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private static final List<String> QUIET = List.of("-Xlog:disable", "-Xlog:all=error:stderr");

    private SharedClasses() {}

    /** Options with which the packaged jar starts fast. */
    public static List<String> ofTheJar() {
        String jar = System.getProperty("sightlog.jar");
        Path lib = Path.of(jar).resolveSibling("lib");
        return options(
                List.of("-jar", jar),
                jars(Stream.concat(Stream.of(Path.of(jar)), list(lib).stream())),
                List.of(
                        List.of("append", "-q", "queue"),
                        List.of("tail", "-q", "queue", "-n", "1", "--format", "yaml"),
                        List.of("verify", "-q", "queue"),
                        List.of(
                                "produce",
                                "-q",
                                "queue",
                                Path.of(PICTURE).toAbsolutePath().toString())));
    }

    /** Options with which a class of the tests starts fast on {@link #classPath}, with these other options. */
    public static List<String> ofTheTests(List<String> others) {
        List<String> start = new ArrayList<>(others);
        start.addAll(List.of("-cp", classPath(), Sample.class.getName()));
        List<String> dump = new ArrayList<>(others);
        dump.addAll(List.of("-cp", libraries()));
        return options(
                start,
                dump,
                jars(Stream.of(libraries().split(File.pathSeparator)).map(Path::of)),
                List.of(List.of("queue")));
    }

    /** The class path of this JVM, with its jars in front: the JVM shares no classes of what comes after a folder. */
    public static String classPath() {
        return parts(true).collect(Collectors.joining(File.pathSeparator));
    }

    private static String libraries() {
        return parts(false).collect(Collectors.joining(File.pathSeparator));
    }

    private static Stream<String> parts(boolean folders) {
        List<String> all = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(part -> Path.of(part).toAbsolutePath().toString())
                .toList();
        Stream<String> jars = all.stream().filter(part -> Files.isRegularFile(Path.of(part)));
        return folders ? Stream.concat(jars, all.stream().filter(part -> Files.isDirectory(Path.of(part)))) : jars;
    }

    private static List<String> options(List<String> start, List<String> jars, List<List<String>> runs) {
        return options(start, start, jars, runs);
    }

    private static List<String> options(
            List<String> start, List<String> dump, List<String> jars, List<List<String>> runs) {
        List<String> all = new ArrayList<>(BRIEF);
        all.addAll(QUIET);
        try {
            List<String> from = new ArrayList<>(jars);
            from.addAll(start);
            from.addAll(dump);
            runs.forEach(from::addAll);
            from.addAll(List.of(System.getProperty("java.home"), System.getProperty("java.vm.version")));
            Path archive = MadeOnce.file(
                    "classes.jsa", MadeOnce.digest(from, List.of()), file -> make(file, start, dump, runs));
            if (Files.size(archive) > 0) {
                all.addAll(List.of("-Xshare:auto", "-XX:SharedArchiveFile=" + archive));
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return all;
    }

    /** An empty file where it cannot be made. */
    private static void make(Path archive, List<String> start, List<String> dump, List<List<String>> runs)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("classes");
        Set<String> classes = new LinkedHashSet<>();
        Path loaded = folder.resolve("loaded");
        for (List<String> arguments : runs) {
            List<String> options = new ArrayList<>(List.of("-XX:DumpLoadedClassList=" + loaded));
            options.addAll(start);
            options.addAll(arguments);
            java(folder, options);
            if (Files.exists(loaded)) {
                classes.addAll(Files.readAllLines(loaded));
            }
        }
        Files.write(loaded, classes);
        List<String> options = new ArrayList<>(List.of("-Xshare:dump", "-XX:SharedClassListFile=" + loaded));
        options.add("-XX:SharedArchiveFile=" + archive);
        options.addAll(dump);
        java(folder, options);
        if (!Files.exists(archive)) {
            System.out.println("no shared classes here: without them then");
            Files.createFile(archive);
        }
        GoldenTest.delete(folder);
    }

    private static void java(Path folder, List<String> options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(BRIEF);
        command.addAll(QUIET);
        command.addAll(options);
        Path line = Files.writeString(folder.resolve("line"), LINE);
        new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(line.toFile())
                .redirectOutput(folder.resolve("said").toFile())
                .start()
                .waitFor();
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What they are, and in which state: the JVM itself looks at the same. */
    private static List<String> jars(Stream<Path> jars) {
        return jars.map(jar ->
                        jar + " " + jar.toFile().length() + " " + jar.toFile().lastModified())
                .toList();
    }

    /** Appends and reads, for the classes that this needs. */
    static final class Sample {
        private Sample() {}

        public static void main(String[] args) {
            Journal journal = Journal.open(Path.of(args[0]));
            try (JournalWriter writer = journal.writer();
                    JournalReader reader = journal.reader("sample")) {
                writer.append(new EventDraft().capturedNanos(0));
                reader.next();
            }
        }
    }
}

package io.sightlog.bridge.kafka;

import io.sightlog.journal.MadeOnce;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/** How Kafka is run as a process of its own, out of the jars of the test's class path. */
final class KafkaProcess {
    /** Of a broker with little to do, who is alone, and must notice soon that it was killed. */
    static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("process.roles", "broker,controller"),
            Map.entry("node.id", "1"),
            Map.entry("controller.listener.names", "CONTROLLER"),
            Map.entry("inter.broker.listener.name", "PLAINTEXT"),
            Map.entry("num.network.threads", "2"),
            Map.entry("num.io.threads", "2"),
            Map.entry("background.threads", "2"),
            Map.entry("auto.create.topics.enable", "false"),
            Map.entry("offsets.topic.num.partitions", "1"),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("transaction.state.log.num.partitions", "1"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("share.coordinator.state.topic.num.partitions", "1"),
            Map.entry("share.coordinator.state.topic.replication.factor", "1"),
            Map.entry("share.coordinator.state.topic.min.isr", "1"),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("log.cleaner.dedupe.buffer.size", "4194304"),
            Map.entry("log.index.size.max.bytes", "1048576"),
            Map.entry("broker.session.timeout.ms", "1000"),
            Map.entry("broker.heartbeat.interval.ms", "250"),
            Map.entry("allow.everyone.if.no.acl.found", "true"),
            Map.entry("super.users", "User:ANONYMOUS"),
            Map.entry("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"));

    static final int SECONDS = 90;
    private static final String STARTED = "Kafka Server started";

    private static final List<String> OPTIONS = List.of(
            "-Xms128m",
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-Xlog:disable",
            "-Xlog:all=error:stderr",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",
            "-Dorg.slf4j.simpleLogger.showDateTime=true",
            "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS");

    /** Says the id of the broker's process, and kills it when nobody is there any more who could close the standard input. */
    private static final String KEEPER = "exec 3<&0; \"$@\" </dev/null & broker=$!; echo $broker; exec >/dev/null;"
            + " { read -r nothing <&3; kill -9 $broker; } & wait $broker; kill $! 2>/dev/null";

    private KafkaProcess() {}

    /** Makes the folders of data that the settings name, and the users. */
    static void format(Path settings) throws IOException {
        List<String> words = new ArrayList<>(List.of("format", "-c", settings.toString(), "-t"));
        words.add(Uuid.randomUuid().toString());
        words.addAll(KafkaSecurity.scramUsers());
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        if (StorageTool.execute(words.toArray(String[]::new), out) != 0) {
            throw new IllegalStateException(words + ": " + said.toString(StandardCharsets.UTF_8));
        }
    }

    /** Starts it; the first line on its standard output is the process id of the broker, which is a child of this process. */
    static Process start(Path settings, Path log) throws IOException, InterruptedException {
        return start(settings, log, sharing(settings));
    }

    /** Waits until a log that had so many bytes says that it has started, or fails with all that it says. */
    static void awaitStart(ProcessHandle broker, Path log, long from) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!said(log, from).contains(STARTED)) {
            if (!broker.isAlive() || System.nanoTime() - end > 0) {
                String how = broker.isAlive() ? "has not started in " + SECONDS + " s" : "ended at its start";
                throw new IllegalStateException("Kafka " + how + ":\n" + said(log, 0));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static String said(Path log, long from) throws IOException {
        byte[] all = Files.readAllBytes(log);
        return new String(all, (int) from, (int) (all.length - from), StandardCharsets.UTF_8);
    }

    private static Process start(Path settings, Path log, List<String> more) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", KEEPER, "sh"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        command.addAll(more);
        command.addAll(List.of("-cp", jars(), "kafka.Kafka", settings.toString()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** No folders: the JVM shares no classes with them on the class path. */
    private static String jars() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(part -> part.endsWith(".jar"))
                .map(part -> Path.of(part).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Options with which it starts in half of the time: with its classes as they are in memory after a start. */
    private static List<String> sharing(Path settings) throws IOException, InterruptedException {
        List<String> from = new ArrayList<>(OPTIONS);
        from.addAll(List.of(jars(), System.getProperty("java.home"), System.getProperty("java.vm.version")));
        Path archive = MadeOnce.file("kafka.jsa", MadeOnce.digest(from, List.of()), file -> {
            Path log = Files.createTempFile("kafka", ".log");
            Process keeper = start(settings, log, List.of("-XX:ArchiveClassesAtExit=" + file));
            ProcessHandle broker = broker(keeper);
            awaitStart(broker, log, 0);
            broker.destroy();
            keeper.waitFor(SECONDS, TimeUnit.SECONDS);
            if (!Files.exists(file)) {
                System.out.println("no shared classes of Kafka here: without them then");
                Files.createFile(file);
            }
            Files.delete(log);
        });
        return Files.size(archive) > 0 ? List.of("-Xshare:auto", "-XX:SharedArchiveFile=" + archive) : List.of();
    }

    /** The broker's own process. */
    static ProcessHandle broker(Process keeper) throws IOException {
        BufferedReader out = new BufferedReader(new InputStreamReader(keeper.getInputStream(), StandardCharsets.UTF_8));
        return ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();
    }
}

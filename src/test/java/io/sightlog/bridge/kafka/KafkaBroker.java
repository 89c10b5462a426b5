package io.sightlog.bridge.kafka;

import io.sightlog.journal.GoldenTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * A real Kafka on loopback, broker and controller in one process, on free ports, its data in a folder of its own. It dies with the
 * JVM of the test. Three listeners: {@link #bootstrap()} lets anybody do all, {@link #bootstrapTls()} is the same behind TLS, and
 * {@link #bootstrapSasl()} wants one of the users of {@link KafkaSecurity} as well, who may do what nobody is denied by {@link
 * #deny}.
 *
 * <p>{@link #shared()} is one for the whole JVM: its topics are each test's own. A test that stops a broker, or lets it stand still,
 * starts one of its own.
 */
public final class KafkaBroker implements AutoCloseable {
    private static final int SECONDS = KafkaProcess.SECONDS;
    private static volatile KafkaBroker shared;

    private final Path folder;
    private final int port = freePort();
    private final int tls = freePort();
    private final int sasl = freePort();
    private final int controller = freePort();
    private Process keeper;
    private ProcessHandle broker;
    private Admin admin;

    /** Starts one. Closing it kills it; the folder stays, for who wants to look at its log. */
    public KafkaBroker(Path folder) throws IOException, InterruptedException {
        this.folder = Files.createDirectories(folder);
        KafkaSecurity security = KafkaSecurity.made();
        Map<String, String> lines = new HashMap<>(KafkaProcess.SETTINGS);
        lines.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
        String open = "PLAINTEXT://127.0.0.1:" + port + ",SSL://127.0.0.1:" + tls + ",SASL_SSL://127.0.0.1:" + sasl;
        lines.put("listeners", open + ",CONTROLLER://127.0.0.1:" + controller);
        lines.put("advertised.listeners", open);
        lines.put("log.dirs", folder.resolve("data").toString());
        lines.putAll(security.ofBroker());
        StringBuilder text = new StringBuilder();
        lines.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        Files.writeString(settings(), text);
        KafkaProcess.format(settings());
        start();
    }

    /** The one of this JVM, which the first who asks starts. */
    public static synchronized KafkaBroker shared() throws IOException, InterruptedException {
        if (shared == null) {
            Path folder = Files.createTempDirectory("kafka");
            KafkaBroker started = new KafkaBroker(folder);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                started.close();
                try {
                    GoldenTest.delete(folder);
                } catch (IOException e) {
                    System.err.println(folder + " stays: " + e);
                }
            }));
            shared = started;
        }
        return shared;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path settings() {
        return folder.resolve("server.properties");
    }

    private Path log() {
        return folder.resolve("log");
    }

    /** {@code HOST:PORT}, without TLS and without a password. */
    public String bootstrap() {
        return "127.0.0.1:" + port;
    }

    /** {@code HOST:PORT} behind TLS. */
    public String bootstrapTls() {
        return "127.0.0.1:" + tls;
    }

    /** {@code HOST:PORT} behind TLS, for those with a name and a password. */
    public String bootstrapSasl() {
        return "127.0.0.1:" + sasl;
    }

    /** Starts it again, on the same ports, with what it had. */
    public void start() throws IOException, InterruptedException {
        long from = Files.exists(log()) ? Files.size(log()) : 0;
        keeper = KafkaProcess.start(settings(), log());
        broker = KafkaProcess.broker(keeper);
        KafkaProcess.awaitStart(broker, log(), from);
    }

    private IllegalStateException failed(String how) {
        try {
            return new IllegalStateException("Kafka: " + how + "\n" + Files.readString(log()));
        } catch (IOException e) {
            return new IllegalStateException("Kafka: " + how, e);
        }
    }

    /** SIGTERM, and until it is gone. */
    public void stop() throws InterruptedException {
        broker.destroy();
        awaitEnd();
    }

    /** SIGKILL, and until it is gone. */
    public void kill() throws InterruptedException {
        broker.destroyForcibly();
        awaitEnd();
    }

    private void awaitEnd() throws InterruptedException {
        if (!keeper.waitFor(SECONDS, TimeUnit.SECONDS)) {
            broker.destroyForcibly();
            throw failed("it did not end in " + SECONDS + " s");
        }
    }

    /** It stands still: who asks it gets no answer. */
    public void suspend() throws IOException, InterruptedException {
        signal("STOP");
    }

    public void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, Long.toString(broker.pid()))
                .start()
                .waitFor();
        if (code != 0) {
            throw failed("no SIG" + name + " for it");
        }
    }

    /** For whatever is not below. */
    public synchronized Admin admin() {
        if (admin == null) {
            admin = Admin.create(Map.of("bootstrap.servers", bootstrap(), "reconnect.backoff.max.ms", "100"));
        }
        return admin;
    }

    /** @param config names and values by turns */
    public void createTopic(String name, int partitions, String... config) throws Exception {
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < config.length; i += 2) {
            settings.put(config[i], config[i + 1]);
        }
        admin().createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(settings)))
                .all()
                .get(SECONDS, TimeUnit.SECONDS);
        awaitTopic(name, count -> count == partitions);
    }

    /** @param partitions how many there are then */
    public void addPartitions(String name, int partitions) throws Exception {
        admin().createPartitions(Map.of(name, NewPartitions.increaseTo(partitions)))
                .all()
                .get(SECONDS, TimeUnit.SECONDS);
        awaitTopic(name, count -> count == partitions);
    }

    public void deleteTopic(String name) throws Exception {
        admin().deleteTopics(List.of(name)).all().get(SECONDS, TimeUnit.SECONDS);
        awaitTopic(name, count -> count == 0);
    }

    /** Until the broker, and not only its controller, knows of it. */
    private void awaitTopic(String name, Predicate<Integer> partitions) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!partitions.test(partitionsOf(name))) {
            if (System.nanoTime() - end > 0) {
                throw failed("topic " + name + " has " + partitionsOf(name) + " partitions after " + SECONDS + " s");
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private int partitionsOf(String name) throws Exception {
        try {
            return admin().describeTopics(List.of(name))
                    .allTopicNames()
                    .get(SECONDS, TimeUnit.SECONDS)
                    .get(name)
                    .partitions()
                    .size();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return 0;
            }
            throw e;
        }
    }

    /** A user of {@link KafkaSecurity} may not do this with a topic any more. */
    public void deny(String user, AclOperation operation, String topic) throws Exception {
        AclBinding binding = new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.DENY));
        admin().createAcls(List.of(binding)).all().get(SECONDS, TimeUnit.SECONDS);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (admin().describeAcls(binding.toFilter())
                .values()
                .get(SECONDS, TimeUnit.SECONDS)
                .isEmpty()) {
            if (System.nanoTime() - end > 0) {
                throw failed("it does not know of " + binding);
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** Reads topics of it as nobody else does. */
    public KafkaReader reader(String topic) {
        return new KafkaReader(bootstrap(), topic);
    }

    @Override
    public void close() {
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
        broker.destroyForcibly();
        keeper.destroyForcibly();
    }
}

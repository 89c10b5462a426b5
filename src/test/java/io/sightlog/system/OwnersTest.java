package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightlog.journal.ForeignPrograms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users who share a journal, users who must not, and root. */
final class OwnersTest {
    private static final int SERVICE = 1203;
    private static final int SERVICE_GROUP = 1303;
    private static final int SHARED_GROUP = 1234;
    private static final List<String> AS_SERVICE = Sightlog.as(SERVICE, SERVICE_GROUP);
    private static final List<String> AS_MEMBER = Sightlog.as(SERVICE, SERVICE_GROUP, SHARED_GROUP);
    private static final List<String> AS_OTHER_MEMBER = Sightlog.as(1205, 1305, SHARED_GROUP);
    private static final List<String> AS_STRANGER = Sightlog.as(1206, 1306);

    @TempDir
    Path temp;

    private Path journal = Path.of("");
    private String queue = "";

    @BeforeAll
    static void becomeAnother() {
        assumeFalse(Sightlog.AS_NOBODY.isEmpty(), "this user cannot become another one: run as root");
        assumeFalse(Sightlog.runAsNobody(List.of(), "--version").code() != 0, "nobody may not read the jar");
    }

    @BeforeEach
    void open() throws IOException {
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxrwxrwx"));
        journal = temp.resolve("journal");
        queue = journal.toString();
    }

    private Sightlog.Done append(List<String> as, int number, String... more) {
        List<String> args = new java.util.ArrayList<>(List.of("append", "-q", queue));
        args.addAll(List.of(more));
        return Sightlog.runBehind(as, Ndjson.lines("door", number, number + 1), args.toArray(String[]::new));
    }

    /** Owner, group and mode of everything in the journal, and the journal, by name. */
    private Map<String, String> owners() throws IOException {
        Map<String, String> owners = new TreeMap<>();
        try (Stream<Path> files = Files.walk(journal)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Map<String, Object> status = Files.readAttributes(file, "unix:uid,gid,mode");
                owners.put(
                        journal.relativize(file).toString(),
                        status.get("uid") + ":" + status.get("gid") + " "
                                + Integer.toOctalString((int) status.get("mode") & 07777));
            }
        }
        return owners;
    }

    private void allBelongTo(int uid, int gid, String file, String folder) throws IOException {
        owners().forEach((name, owner) -> assertThat(owner)
                .as(name)
                .isEqualTo(uid + ":" + gid + " " + (Files.isDirectory(journal.resolve(name)) ? folder : file)));
    }

    private void service(String... more) {
        String[] args =
                Stream.concat(Stream.of("--roll", "secondly"), Stream.of(more)).toArray(String[]::new);
        append(AS_SERVICE, 0, args).expect(0);
    }

    @Test
    void whatRootWritesTheServiceGoesOnWith() throws Exception {
        service();
        nextSecond();
        append(List.of(), 1).expect(0);
        Sightlog.run("tail", "-q", queue, "--as", "alarm").expect(0);
        allBelongTo(SERVICE, SERVICE_GROUP, "600", "700");
        append(AS_SERVICE, 2).expect(0);
        nextSecond();
        append(AS_SERVICE, 3).expect(0);
        assertThat(Sightlog.runBehind(AS_SERVICE, List.of(), "tail", "-q", queue, "--as", "alarm")
                        .expect(0)
                        .out())
                .hasSize(2);
        append(List.of(), 4, "--keep-cycles", "1").expect(0);
        allBelongTo(SERVICE, SERVICE_GROUP, "600", "700");
        assertThat(owners()).containsKey("sightlog.pruned");
    }

    /** Cycles are counted in whole seconds, for those that roll with each. */
    private static void nextSecond() throws InterruptedException {
        long now = System.currentTimeMillis() / 1000;
        while (System.currentTimeMillis() / 1000 == now) {
            Thread.sleep(10);
        }
    }

    @Test
    void aGroupSharesAJournalInAFolderOfIts() throws Exception {
        Files.setAttribute(temp, "unix:gid", SHARED_GROUP);
        Files.setAttribute(temp, "unix:mode", 02770);
        append(AS_MEMBER, 0, "--roll", "secondly", "--mode", "0660").expect(0);
        nextSecond();
        append(AS_OTHER_MEMBER, 1).expect(0);
        nextSecond();
        append(AS_MEMBER, 2).expect(0);
        Sightlog.runBehind(AS_OTHER_MEMBER, List.of(), "tail", "-q", queue, "--as", "b")
                .expect(0);
        assertThat(Sightlog.runBehind(AS_MEMBER, List.of(), "tail", "-q", queue, "--from", "start")
                        .expect(0)
                        .out())
                .hasSize(3);
        assertThat(Sightlog.runBehind(AS_MEMBER, List.of(), "consumers", "-q", queue)
                        .expect(0)
                        .out())
                .anyMatch(line -> line.startsWith("b "));
        Sightlog.runBehind(AS_MEMBER, List.of(), "tail", "-q", queue, "--as", "b")
                .expect(0);
        owners().forEach((name, owner) -> assertThat(owner)
                .as(name)
                .endsWith(":" + SHARED_GROUP + " " + (Files.isDirectory(journal.resolve(name)) ? "2770" : "660")));
        assertThat(Sightlog.runBehind(AS_MEMBER, List.of(), "doctor", "-q", queue)
                        .expect(0)
                        .out())
                .hasSize(1);
    }

    @Test
    void aGroupSharesAJournalInAnyFolder() throws Exception {
        append(AS_MEMBER, 0, "--roll", "secondly", "--mode", "0660").expect(0);
        for (String name : owners().keySet()) {
            Files.setAttribute(journal.resolve(name), "unix:gid", SHARED_GROUP);
        }
        nextSecond();
        append(AS_OTHER_MEMBER, 1).expect(0);
        Sightlog.runBehind(AS_OTHER_MEMBER, List.of(), "tail", "-q", queue, "--as", "b")
                .expect(0);
        nextSecond();
        append(AS_MEMBER, 2).expect(0);
        Sightlog.runBehind(AS_MEMBER, List.of(), "tail", "-q", queue, "--as", "b")
                .expect(0);
    }

    @Test
    void whoCouldOnlyShutTheOthersOutIsRefusedBeforeTheFirstByte() throws Exception {
        append(AS_SERVICE, 0, "--roll", "secondly", "--mode", "0644").expect(0);
        Files.setPosixFilePermissions(journal, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(journal.resolve("consumers"), PosixFilePermissions.fromString("rwxrwxrwx"));
        Map<String, String> before = owners();
        for (String[] args : new String[][] {{"append", "-q", queue}, {"tail", "-q", queue, "--as", "x"}}) {
            Sightlog.Done refused = Sightlog.runBehind(AS_STRANGER, Ndjson.lines("door", 1, 2), args);
            assertThat(refused.expect(1).err())
                    .singleElement()
                    .asString()
                    .contains("it belongs to user " + SERVICE + ", group " + SERVICE_GROUP + " (mode 0644)")
                    .contains("run as " + SERVICE);
        }
        assertThat(owners()).isEqualTo(before);
        assertThat(Ndjson.all(queue)).hasSize(1);
    }

    @Test
    void aNewJournalIsItsOwnersOnlyWhoeverComesFirst() throws Exception {
        List<String> umask = new java.util.ArrayList<>(AS_SERVICE);
        umask.addAll(List.of("sh", "-c", "umask 0; exec \"$@\"", "sh"));
        append(umask, 0).expect(0);
        allBelongTo(SERVICE, SERVICE_GROUP, "600", "700");
        journal = temp.resolve("consumer-first");
        queue = journal.toString();
        consumerFirst(umask);
        allBelongTo(SERVICE, SERVICE_GROUP, "600", "700");
    }

    /** A named consumer that waits for a producer, and is ended before one comes. */
    private void consumerFirst(List<String> as) throws Exception {
        try (Sightlog consumer = Sightlog.startBehind(as, "tail", "-q", queue, "--as", "alarm", "--follow")) {
            Path position = journal.resolve("consumers").resolve("alarm.lock");
            for (int look = 0; look < 6000 && !Files.exists(position); look++) {
                Thread.sleep(10);
            }
            assertThat(position).exists();
            consumer.kill();
            consumer.await().expect(137);
        }
    }

    @Test
    void whatAConsumerThatCameFirstHasMadeIsForThoseTheProducerNames() throws Exception {
        Files.setAttribute(temp, "unix:gid", SHARED_GROUP);
        Files.setAttribute(temp, "unix:mode", 02770);
        consumerFirst(AS_MEMBER);
        append(AS_MEMBER, 0, "--mode", "0660").expect(0);
        append(AS_OTHER_MEMBER, 1).expect(0);
        assertThat(Sightlog.runBehind(AS_OTHER_MEMBER, List.of(), "tail", "-q", queue, "--as", "alarm")
                        .expect(0)
                        .out())
                .hasSize(2);
    }

    @Test
    void rootGivesANewJournalToTheOwnerOfItsDirectory() throws Exception {
        Files.createDirectory(journal);
        Files.setAttribute(journal, "unix:uid", SERVICE);
        Files.setAttribute(journal, "unix:gid", SERVICE_GROUP);
        consumerFirst(List.of());
        append(List.of(), 0).expect(0);
        append(AS_SERVICE, 1).expect(0);
        assertThat(Sightlog.runBehind(AS_SERVICE, List.of(), "tail", "-q", queue, "--as", "alarm")
                        .expect(0)
                        .out())
                .hasSize(2);
    }

    private static final String PYTHON_USES = """
            import sightlog, sys
            try:
                with sightlog.open(sys.argv[1]) as journal:
                    journal.follow("python").close()
            except sightlog.SightlogError as problem:
                print("named:", problem)
            try:
                with sightlog.open(sys.argv[1], roll="secondly") as journal:
                    journal.append(source="/python.jpg", model="m", detections=[sightlog.Detection(label="dog", confidence=0.5, x=1, y=1, w=1, h=1)])
            except sightlog.SightlogError as problem:
                print("append:", problem)
            """;

    private List<String> python(List<String> as) throws Exception {
        ForeignPrograms.need("python3");
        ForeignPrograms.need("gcc");
        Path library = temp.resolve("libsightlog.so");
        if (!Files.exists(library)) {
            Files.copy(ForeignPrograms.library(), library);
            Files.setPosixFilePermissions(library, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        List<String> command = new java.util.ArrayList<>(as);
        command.addAll(List.of(
                "sh", "-c", "umask 0; exec \"$@\"", "sh", ForeignPrograms.pythonForAll(), "-c", PYTHON_USES, queue));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .put("PYTHONPATH", Path.of("src/main/python").toAbsolutePath().toString());
        builder.environment().put("SIGHTLOG_LIBRARY", library.toString());
        Process process = builder.start();
        List<String> out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor()).as(String.join("\n", out)).isZero();
        return out;
    }

    @Test
    void cAndPythonKeepTheSameRules() throws Exception {
        service();
        nextSecond();
        assertThat(python(List.of())).isEmpty();
        assertThat(owners()).containsKeys("consumers/python.position", "consumers/python.lock");
        allBelongTo(SERVICE, SERVICE_GROUP, "600", "700");
        assertThat(python(AS_SERVICE)).isEmpty();

        for (Path folder : List.of(journal, journal.resolve("consumers"))) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        Files.setPosixFilePermissions(journal.resolve("metadata.cq4t"), PosixFilePermissions.fromString("rw-r--r--"));
        Files.delete(journal.resolve("consumers/python.position"));
        Map<String, String> before = owners();
        List<String> refused = python(AS_STRANGER);
        assertThat(refused)
                .hasSize(2)
                .allMatch(line ->
                        line.contains("it belongs to user " + SERVICE + ", group " + SERVICE_GROUP + " (mode 0644)")
                                && line.contains("run as " + SERVICE));
        assertThat(owners()).isEqualTo(before);

        queue = temp.resolve("new").toString();
        journal = Path.of(queue);
        Files.createDirectory(
                journal, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.setAttribute(journal, "unix:uid", SERVICE);
        Files.setAttribute(journal, "unix:gid", SERVICE_GROUP);
        assertThat(python(List.of())).isEmpty();
        assertThat(python(AS_SERVICE)).isEmpty();
        allBelongTo(SERVICE, SERVICE_GROUP, "600", "700");
    }

    @Test
    void doctorNamesWhatAnotherUserHasLeftAndWhatMendsIt() throws Exception {
        service();
        Files.writeString(journal.resolve(".gitkeep"), "");
        Files.setPosixFilePermissions(journal, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(journal.resolve(".gitkeep"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(Sightlog.run("doctor", "-q", queue).expect(0).out()).hasSize(1);

        Path signal = journal.resolve("sightlog.signal");
        Files.setAttribute(signal, "unix:uid", 0);
        Files.setAttribute(journal.resolve("consumers"), "unix:uid", 0);
        Sightlog.Done found = Sightlog.run("doctor", "-q", queue).expect(3);
        assertThat(found.out()).anyMatch(line -> line.contains(signal + " and 1 more cannot be used by all"));
        String command = found.out().stream()
                .filter(line -> line.contains("chown"))
                .map(line -> line.replaceAll(".*->", "").replace("sudo ", ""))
                .findFirst()
                .orElseThrow();
        assertThat(new ProcessBuilder("sh", "-c", command).start().waitFor()).isZero();
        assertThat(Sightlog.run("doctor", "-q", queue).expect(0).out()).hasSize(1);
        append(AS_SERVICE, 1).expect(0);
    }

    @Test
    void whoIsShownAnothersJournalIsToldWhoCanMendIt() throws Exception {
        service();
        Files.createFile(journal.resolve("old.discard"));
        try (Stream<Path> files = Files.walk(journal)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.setPosixFilePermissions(
                        file, PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
        Path cache = Files.createDirectory(temp.resolve("cache"));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (PageServer server = PageServer.startAs(AS_STRANGER, journal, "--cache", cache.toString())) {
            JsonNode info;
            do {
                info = server.info();
            } while (!info.get("problems").isEmpty());
            assertThat(info.get("symptoms").findValuesAsText("remedy"))
                    .anyMatch(remedy -> remedy.endsWith("old.discard, when it is not needed"))
                    .allMatch(remedy -> remedy.startsWith("user " + SERVICE + ", whose journal it is, can: "))
                    .noneMatch(remedy -> remedy.contains("sudo -u"));
            assertThat(info.get("symptoms").findValuesAsText("text")).noneMatch(text -> text.contains("this user"));
        }
        assertThat(String.join(
                        "\n",
                        Sightlog.runBehind(AS_STRANGER, List.of(), "doctor", "-q", queue)
                                .out()))
                .contains("sudo -u " + SERVICE, "this user cannot write into");
    }

    @Test
    void aCopyBelongsToWhoCopied() throws Exception {
        service("--mode", "0644");
        Path copy = temp.resolve("copy");
        List<String> cp = new java.util.ArrayList<>(AS_STRANGER);
        Files.setPosixFilePermissions(
                journal.resolve("sightlog.writers"), PosixFilePermissions.fromString("rw-r--r--"));
        cp.addAll(List.of("cp", "-r", queue, copy.toString()));
        assertThat(new ProcessBuilder(cp).start().waitFor()).isZero();
        journal = copy;
        queue = copy.toString();
        append(AS_STRANGER, 1).expect(0);
        Sightlog.runBehind(AS_STRANGER, List.of(), "tail", "-q", queue, "--as", "x")
                .expect(0);
        append(AS_SERVICE, 2).expect(1);
    }
}

package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names and texts are UTF-8 whatever the locale says, and what is not UTF-8 is never kept as something else. */
class NamesTest {
    /** dog.jpg in Latin-1, as an old camera's card has it: frü.jpg, and frö.jpg. */
    private static final String COPIES = "cp dog.jpg früh.jpg; cp dog.jpg \"$(printf 'fr\\374.jpg')\"; "
            + "cp dog.jpg \"$(printf 'fr\\366.jpg')\"; ";

    @TempDir
    Path temp;

    @BeforeEach
    void picture() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no /bin/sh");
        Files.copy(Path.of("src/main/resources/io/sightlog/demo/dog.jpg"), temp.resolve("dog.jpg"));
    }

    /** With the C locale, as cron and containers have it; {@code $S} is the launcher, {@code $J} the jar without it. */
    private List<String> shell(String script) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder("/bin/sh").directory(temp.toFile()).redirectErrorStream(true);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String jar =
                Path.of(System.getProperty("sightlog.jar")).toAbsolutePath().toString();
        String unsafe = Runtime.version().feature() >= 23 ? " --sun-misc-unsafe-memory-access=allow" : "";
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("SIGHTLOG_OPTS", "-Xmx256m -XX:+UseSerialGC");
        builder.environment().put("S", Path.of("sightlog").toAbsolutePath().toString());
        builder.environment().put("J", java + unsafe + " -Xmx256m -XX:+UseSerialGC -jar " + jar);
        Path input = Files.write(temp.resolve("script"), script.getBytes(StandardCharsets.UTF_8));
        builder.redirectInput(input.toFile());
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new ArrayList<>(out.lines().toList());
    }

    private static String sourcesOf(String queue) {
        return "$S tail -q " + queue + " --from start --format ndjson | sed 's/.*\"source\":\"\\([^\"]*\\)\".*/\\1/'";
    }

    @Test
    void namesAreReadAndDrawnInTheCLocaleAlsoThoseThatAreNotUtf8() throws Exception {
        for (String produce : List.of("$S produce -q q1 .", "$S produce -q q2 fr*.jpg", "$J produce -q q3 fr*.jpg")) {
            List<String> printed = shell(COPIES + produce + " >/dev/null 2>&1; echo $?");
            assertThat(printed).as(produce).containsExactly("0");
        }
        String folder = temp.toRealPath().toString();
        String plain = folder + "/früh.jpg";
        String uri = "file://" + folder + "/fr";
        assertThat(shell(sourcesOf("q1")))
                .containsExactlyInAnyOrder(folder + "/dog.jpg", plain, uri + "%FC.jpg", uri + "%F6.jpg");
        assertThat(shell(sourcesOf("q2"))).containsExactlyInAnyOrder(plain, uri + "%FC.jpg", uri + "%F6.jpg");
        assertThat(shell(sourcesOf("q3"))).containsExactlyInAnyOrder(plain, uri + "%FC.jpg", uri + "%F6.jpg");
        assertThat(shell("$S draw -q q2 --out boxes 2>&1; ls boxes | wc -l"))
                .containsExactly("drew 3 pictures and 0 videos (0 frames) into boxes", "3");
    }

    @Test
    void textsStayWhatTheyAreInTheCLocale() throws Exception {
        assertThat(shell("echo hällo | $S send -q q früh/stück 2>&1; echo hällo | $J send -q q früh/stück 2>&1; "
                        + "$S tail -q q --from start --format csv"))
                .filteredOn(line -> line.contains("früh/stück") && line.contains("hällo"))
                .hasSize(2);
    }

    @Test
    void aTextThatIsNotUtf8IsRefusedWithItsBytesShown() throws Exception {
        List<String> printed = shell("x=$(printf 'fr\\374'); echo a | $S send -q q \"$x\"; echo $?; "
                + "$S tail -q q --as \"$x\"; echo $?; $J tail -q \"$x\"; echo $?; ls");
        assertThat(printed.get(0)).contains("TOPIC is \"fr\\xfc\", which is not UTF-8");
        assertThat(printed.get(2)).contains("--as is \"fr\\xfc\", which is not UTF-8");
        assertThat(printed.get(4)).contains("--queue is \"fr\\xfc\", which is not UTF-8");
        assertThat(List.of(printed.get(1), printed.get(3), printed.get(5))).containsOnly("2");
        assertThat(printed.subList(6, printed.size())).containsExactly("dog.jpg", "script");
    }

    @Test
    void aFolderThatJavaCannotNameIsAnErrorAndNoOtherFolder() throws Exception {
        List<String> printed = shell("mkdir ünder; cd ünder; echo a | $J send a 2>&1; echo $?; ls -A . ..");
        assertThat(printed.get(0)).contains("set LC_ALL=C.UTF-8");
        assertThat(printed.get(1)).isEqualTo("1");
        assertThat(printed.subList(2, printed.size())).containsExactly(".:", "", "..:", "dog.jpg", "script", "ünder");
        assertThat(shell("cd ünder; echo a | $S send a 2>&1; ls")).last().isEqualTo("queue-data");
    }
}

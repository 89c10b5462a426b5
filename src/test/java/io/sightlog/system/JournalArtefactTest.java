package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.journal.ForeignPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code sightlog-journal}, and a Maven project of somebody else that depends on it. Both are built without a network, into a
 * repository of the test's own, from what Maven has fetched before.
 */
final class JournalArtefactTest {
    private static final Path POM = Path.of("packaging/journal/pom.xml");
    private static final Path EXAMPLE = Path.of("packaging/journal/example");
    private static final Path FETCHED =
            Path.of(System.getProperty("maven.repo.local", System.getProperty("user.home") + "/.m2/repository"));

    @TempDir
    Path temp;

    @Test
    void aProjectThatDependsOnItAppendsAndReadsWithTheLibrariesOfTheApplication() throws Exception {
        ForeignPrograms.need("mvn");
        ForeignPrograms.need(
                Files.isDirectory(FETCHED.resolve("org/apache/maven/plugins/maven-source-plugin/3.4.0")),
                "Maven has not fetched yet what packaging/journal needs: mvn -f packaging/journal/pom.xml package fetches it");
        Path settings = Files.writeString(
                temp.resolve("settings.xml"), """
                <settings>
                  <localRepository>%s</localRepository>
                  <mirrors><mirror><id>fetched</id><mirrorOf>*</mirrorOf><url>%s</url></mirror></mirrors>
                </settings>
                """.formatted(temp.resolve("repository"), FETCHED.toUri()));
        Path journal = copy(POM.getParent(), "journal");
        maven(settings, journal, "install");
        List<String> out = maven(settings, journal.resolve("example"), "verify");
        Set<String> used = out.stream()
                .map(Pattern.compile(".*uses (.*\\.jar)$")::matcher)
                .filter(Matcher::matches)
                .map(line -> line.group(1))
                .collect(Collectors.toSet());
        Map<String, String> ours = versions(applicationJars());
        Map<String, String> theirs = versions(used);
        theirs.keySet().removeIf(name -> name.matches("(junit|surefire|opentest4j|common-java5|apiguardian).*"));
        assertThat(theirs).containsKey("sightlog-journal").containsKey("chronicle-queue");
        theirs.remove("sightlog-journal");
        assertThat(ours).containsAllEntriesOf(theirs);
        assertThat(theirs.keySet()).noneMatch(name -> name.matches(".*(opencv|ffmpeg|onnx|djl|javacv|analytics).*"));
    }

    @Test
    void namesTheVersionsThatTheApplicationRunsWith() throws IOException {
        String pom = Files.readString(POM);
        Matcher dependency = Pattern.compile("<artifactId>([^<]+)</artifactId>\\s*<version>([^<]+)</version>")
                .matcher(pom.substring(pom.indexOf("<dependencies>"), pom.indexOf("</dependencies>")));
        Map<String, String> named = new TreeMap<>();
        while (dependency.find()) {
            named.put(dependency.group(1), dependency.group(2));
        }
        assertThat(named).hasSizeGreaterThan(8);
        assertThat(versions(applicationJars())).containsAllEntriesOf(named);
        assertThat(version(pom)).isEqualTo(version(Files.readString(Path.of("pom.xml"))));
        assertThat(Files.readString(EXAMPLE.resolve("pom.xml")))
                .contains("<artifactId>sightlog-journal</artifactId>\n      <version>" + version(pom) + "</version>");
    }

    private static String version(String pom) {
        Matcher version = Pattern.compile("<artifactId>sightlog[^<]*</artifactId>\\s*<version>([^<]+)</version>")
                .matcher(pom);
        assertThat(version.find()).isTrue();
        return version.group(1);
    }

    /** What the application's jar names in its manifest. */
    private static Set<String> applicationJars() throws IOException {
        try (JarFile jar = new JarFile(System.getProperty("sightlog.jar"))) {
            String path = jar.getManifest().getMainAttributes().getValue("Class-Path");
            return Stream.of(path.split(" "))
                    .map(entry -> entry.substring(entry.lastIndexOf('/') + 1))
                    .collect(Collectors.toSet());
        }
    }

    /** By artefact; those with a classifier are left out. */
    private static Map<String, String> versions(Set<String> jars) {
        Pattern form = Pattern.compile("(.+?)-(\\d[\\w.]*)\\.jar");
        Map<String, String> versions = new TreeMap<>();
        for (String jar : jars) {
            Matcher matcher = form.matcher(jar);
            if (matcher.matches()) {
                versions.put(matcher.group(1), matcher.group(2));
            }
        }
        return versions;
    }

    /** Of what is not built, so that what a developer has built stays. Sources are where they are. */
    private Path copy(Path from, String name) throws IOException {
        Path to = temp.resolve(name);
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.filter(
                            path -> !from.relativize(path).toString().contains("target"))
                    .toList()) {
                Files.createDirectories(to.resolve(from.relativize(path)).getParent());
                if (Files.isRegularFile(path)) {
                    Files.copy(path, to.resolve(from.relativize(path)));
                }
            }
        }
        Path pom = to.resolve("pom.xml");
        Files.writeString(
                pom,
                Files.readString(pom)
                        .replace(
                                "${project.basedir}/../..",
                                Path.of("").toAbsolutePath().toString()));
        return to;
    }

    private List<String> maven(Path settings, Path project, String goal) throws Exception {
        Path out = temp.resolve(goal + ".txt");
        List<String> command = new ArrayList<>(List.of("mvn", "-B", "-o", "-Daether.offline.protocols=file"));
        command.addAll(List.of("-Dmaven.javadoc.skip=true", "-s", settings.toString(), "-f", project.toString(), goal));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(process.waitFor(10, TimeUnit.MINUTES))
                .as("%s ended", command)
                .isTrue();
        List<String> lines = Files.readAllLines(out);
        assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
        return lines;
    }
}

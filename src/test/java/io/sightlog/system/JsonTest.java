package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What verbs print for programs has the keys of docs/json.md, all of them and no others. */
final class JsonTest {
    private static final Path PAGE = Path.of(System.getProperty("basedir", "."), "docs", "json.md");
    private static final Pattern KEY = Pattern.compile("`([^`]+)`");

    @TempDir
    Path temp;

    private String queue = "";

    @BeforeEach
    void fill() {
        queue = temp.resolve("journal").toString();
        List<String> lines = new ArrayList<>(Ndjson.lines("door", 0, 3));
        lines.add("{\"kind\":\"message\",\"topic\":\"t\",\"text\":\"x\"}");
        Sightlog.feed(lines, "append", "-q", queue).expect(0);
        Sightlog.run("tail", "-q", queue, "--as", "alarm", "-n", "1").expect(0);
    }

    private List<Map<?, ?>> json(int code, String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("-q", queue, "--json"));
        List<Map<?, ?>> objects = new ArrayList<>();
        for (String line : Sightlog.run(all.toArray(String[]::new)).expect(code).out()) {
            objects.add(parse(line));
        }
        return objects;
    }

    /** The keys of a section, but for those that are only sometimes there. */
    private static TreeSet<String> documented(String section, boolean summary) throws IOException {
        TreeSet<String> keys = new TreeSet<>();
        boolean inSection = false;
        boolean inTable = false;
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("## ")) {
                inSection = line.equals("## " + section);
            } else if (inSection && line.startsWith("| key")) {
                inTable = line.startsWith("| key of the summary") == summary;
            } else if (inSection && inTable && line.startsWith("| `") && !line.contains("*only*")) {
                Matcher key = KEY.matcher(line.split("\\|")[1]);
                while (key.find()) {
                    keys.add(key.group(1));
                }
            }
        }
        assertThat(keys).as("keys of %s in %s", section, PAGE).isNotEmpty();
        return keys;
    }

    /** JSON is YAML. */
    private static Map<?, ?> parse(String line) {
        return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(line);
    }

    private static TreeSet<String> keys(Map<?, ?> object) {
        TreeSet<String> keys = new TreeSet<>();
        collect("", object, keys);
        return keys;
    }

    private static void collect(String path, @Nullable Object node, TreeSet<String> keys) {
        if (node instanceof List<?> list) {
            if (list.isEmpty() || !(list.get(0) instanceof Map)) {
                keys.add(path + "[]");
            }
            list.forEach(element -> collect(path + "[]", element, keys));
        } else if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> collect(path.isEmpty() ? "" + key : path + "." + key, value, keys));
        } else if (!path.endsWith("[]")) {
            keys.add(path);
        }
    }

    @Test
    void infoIsOneObject() throws IOException {
        List<Map<?, ?>> info = json(0, "info");
        assertThat(info).hasSize(1);
        TreeSet<String> expected = documented("info", false);
        expected.removeAll(List.of("producers[].gaps[].first", "producers[].gaps[].last"));
        expected.add("producers[].gaps[]");
        assertThat(keys(info.get(0))).isEqualTo(expected);
        assertThat(info.get(0).get("events")).isEqualTo(4);
        assertThat(info.get(0).get("firstAppendedNanos")).asString().matches("\\d{19}");
        assertThat(info.get(0).get("firstAppendedAt")).asString().matches("\\d{4}-.*T.*\\.\\d{9}Z");
    }

    @Test
    void consumersAreALineEachAlsoWhenOneIsDamaged() throws IOException {
        Files.writeString(Path.of(queue, "consumers", "broken.position"), "x".repeat(300));
        List<Map<?, ?>> consumers = json(3, "consumers");
        assertThat(consumers).hasSize(2);
        for (Map<?, ?> consumer : consumers) {
            assertThat(keys(consumer)).isEqualTo(documented("consumers", false));
        }
        assertThat(consumers.get(0).get("lagEvents")).isEqualTo(3);
        assertThat(consumers.get(1).get("state")).isEqualTo("damaged");
        assertThat(consumers.get(1).get("damage")).asString().contains("broken.position");
    }

    @Test
    void findingsAndListsEndWithASummaryWhereThereIsOne() throws IOException {
        Files.delete(Path.of(queue, "sightlog.signal"));
        List<Map<?, ?>> doctor = json(3, "doctor");
        assertThat(doctor).hasSize(1);
        assertThat(keys(doctor.get(0))).isEqualTo(documented("doctor", false));

        List<Map<?, ?>> verify = json(0, "verify");
        assertThat(keys(verify.get(verify.size() - 1))).isEqualTo(documented("verify", true));
        assertThat(keys(json(0, "prune", "--keep-cycles", "1").get(0))).isEqualTo(documented("prune", true));
        List<Map<?, ?>> recover =
                json(0, "recover", "--into", temp.resolve("saved").toString());
        assertThat(keys(recover.get(recover.size() - 1))).isEqualTo(documented("recover", true));
    }

    @Test
    void modelsAreALineEach() throws IOException {
        List<String> lines = Sightlog.run("models", "--json").expect(0).out();
        assertThat(lines).hasSizeGreaterThan(1);
        for (String line : lines) {
            assertThat(keys(parse(line))).isEqualTo(documented("models", false));
        }
    }

    @Test
    void oneModelIsAnObjectOfItsOwn() throws IOException {
        List<String> lines =
                Sightlog.run("models", "mb3-centernet", "--json").expect(0).out();
        assertThat(lines).hasSize(1);
        Map<?, ?> model = parse(lines.get(0));
        assertThat(keys(model)).isEqualTo(documented("models MODEL", false));
        assertThat(model.get("name")).isEqualTo("mb3-centernet");
        assertThat(model.get("card")).isNull();
    }

    @Test
    void aFailureLeavesStandardOutputEmptyAndItsReasonOnStandardError() {
        for (String verb : List.of("info", "consumers", "verify", "latency")) {
            Sightlog.Done done = Sightlog.run(verb, "-q", temp.resolve("none").toString(), "--json")
                    .expect(1);
            assertThat(done.out()).isEmpty();
            assertThat(done.err()).singleElement().asString().contains("no journal in");
        }
    }
}

package io.sightlog.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sightlog.event.EventDraft;
import io.sightlog.journal.ForeignPrograms;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.JournalWriter;
import io.sightlog.metrics.ListenAddress;
import io.sightlog.serve.PageServer;
import io.sightlog.serve.ServeOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/api.md says: its blocks print what stands below them, and answers have its keys and parameters, all of them and no others. */
@Tag("slow")
final class ApiPageTest {
    private static final Path PAGE = Path.of(System.getProperty("basedir", "."), "docs", "api.md");
    private static final String TOKEN = "correct-horse-battery-staple";
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    @TempDir
    Path temp;

    private final HttpClient client = HttpClient.newHttpClient();
    private String address = "";

    /** A server over a journal; its address is known then. */
    private PageServer serve(Journal journal) {
        PageServer server = PageServer.start(
                journal,
                new ServeOptions(
                        new ListenAddress("127.0.0.1", 0), true, TOKEN, null, null, null, null, List.of(), warning -> {
                            throw new AssertionError(warning);
                        }));
        address = server.address().toString();
        return server;
    }

    @Test
    void everyBlockPrintsWhatStandsBelowIt() throws Exception {
        for (String tool : List.of("bash", "jq", "curl")) {
            ForeignPrograms.need(tool);
        }
        try (Journal journal = Journal.open(temp.resolve("work/seen"));
                PageServer server = serve(journal)) {
            PageBlocks blocks = new PageBlocks(PAGE, temp, block -> block.replace("localhost:7575", address));
            assertThat(blocks.count()).isGreaterThan(10);
            String command =
                    Sightlog.command().stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
            blocks.program("sightlog", "#!/bin/sh\nexec " + command + " \"$@\"\n");
            Files.writeString(blocks.work().resolve("token"), TOKEN + "\n");
            blocks.run();
        }
    }

    private String ask(String question) throws IOException, InterruptedException {
        return client.send(request(question).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private HttpRequest.Builder request(String question) {
        return HttpRequest.newBuilder(URI.create("http://" + address + "/api/v1/" + question))
                .header("Authorization", "Bearer " + TOKEN)
                .timeout(Duration.ofMinutes(1));
    }

    /** The names in the first column of the tables of a section. */
    private static TreeSet<String> documented(String section, String table) throws IOException {
        TreeSet<String> names = new TreeSet<>();
        boolean inSection = false;
        boolean inTable = false;
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("## ")) {
                inSection = line.equals("## " + section);
            } else if (inSection && line.startsWith("| " + table + " |")) {
                inTable = true;
            } else if (!line.startsWith("|")) {
                inTable = false;
            } else if (inSection && inTable) {
                Matcher name = NAME.matcher(line.split("\\|")[1]);
                while (name.find()) {
                    names.add(name.group(1));
                }
            }
        }
        return names;
    }

    private static void collect(String path, JsonNode node, TreeSet<String> keys) {
        if (node.isArray()) {
            String element = path.endsWith("[]") ? path : path + "[]";
            if (node.isEmpty()) {
                keys.add(element);
            }
            node.forEach(one -> collect(element, one, keys));
        } else if (node.isObject()) {
            node.properties()
                    .forEach(field -> collect(
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue(), keys));
        } else {
            keys.add(path);
        }
    }

    private static TreeSet<String> keys(String answer) throws IOException {
        TreeSet<String> keys = new TreeSet<>();
        collect("", new ObjectMapper().readTree(answer), keys);
        TreeSet<String> all = new TreeSet<>(keys);
        keys.removeIf(key -> key.endsWith("[]") && all.stream().anyMatch(other -> other.startsWith(key + ".")));
        return keys;
    }

    /** What is said elsewhere. */
    private static TreeSet<String> without(TreeSet<String> keys, String object) {
        if (keys.removeIf(key -> key.startsWith(object + "."))) {
            keys.add(object);
        }
        return keys;
    }

    /** A journal of which there is something to say under every key. */
    private Path fill() throws IOException {
        Path directory = temp.resolve("j");
        EventDraft draft = new EventDraft();
        try (Journal from = Journal.open(temp.resolve("from"));
                Journal journal = Journal.open(directory)) {
            try (JournalWriter made = from.writer();
                    JournalWriter writer = journal.writer()) {
                for (int i = 0; i < 300; i++) {
                    draft.clear().source("/srv/a.mp4").stream("gate")
                            .capturedNanos(1)
                            .frame(i, 0)
                            .took(5, 5);
                    made.append(draft.detection(i % 5, 0.5f, 1, 1, 2, 2, 0));
                }
                writer.append(draft.clear().capturedNanos(1).message("topic", "text"));
                try (JournalReader reader = from.reader()) {
                    for (int i = 0; reader.next(); i++) {
                        if (i != 2) {
                            writer.append(reader.event(), true);
                        }
                    }
                }
            }
            try (JournalReader reader = journal.reader("ship")) {
                reader.next();
                reader.handled();
            }
        }
        Files.delete(directory.resolve("sightlog.signal")); // a symptom
        return directory;
    }

    @Test
    void keysAndParametersAreThoseOfThePageAndNoOthers() throws Exception {
        try (Journal journal = Journal.open(fill());
                PageServer server = serve(journal)) {
            TreeSet<String> info = keys(ask("info"));
            assertThat(info).isEqualTo(documented("info", "key"));
            TreeSet<String> timeline = keys(ask("timeline?lanes=3&from=0"));
            assertThat(without(without(timeline, "index"), "others")).isEqualTo(documented("timeline", "key"));
            assertThat(keys(ask("producers"))).isEqualTo(documented("producers", "key"));
            assertThat(keys(ask("consumers"))).isEqualTo(documented("consumers", "key"));
            TreeSet<String> lines = new TreeSet<>(List.of("progress.scanned", "progress.atNanos"));
            lines.addAll(keys(ask("events?limit=1").lines().toList().get(1)));
            assertThat(lines).isEqualTo(documented("events", "key"));
            takesTheParametersOfThePage();
            answersAHeadAlone();
        }
    }

    private void takesTheParametersOfThePage() throws IOException, InterruptedException {
        for (String section : List.of(
                "info", "timeline", "events", "event", "picture", "producers", "consumers", "messages", "live")) {
            String said = ask(section + (section.matches("event|picture") ? "/0x1" : "") + "?no=1");
            TreeSet<String> taken = new TreeSet<>();
            Matcher list = Pattern.compile(".*: there are ([a-z, ]*)\"}\\s*").matcher(said);
            if (list.matches()) {
                taken.addAll(List.of(list.group(1).split(", ")));
            } else {
                assertThat(said).as(section).contains("none is needed");
            }
            assertThat(taken).as(section + ": " + said).isEqualTo(documented(section, "parameter"));
        }
    }

    /** Also where reading all of it would be for nobody. */
    private void answersAHeadAlone() throws IOException, InterruptedException {
        for (String question : List.of("info", "events?limit=1000", "events?limit=1000&before=end", "timeline")) {
            HttpResponse<String> response = client.send(
                    request(question)
                            .method("HEAD", HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(question).isEqualTo(200);
            assertThat(response.body()).as(question).isEmpty();
            assertThat(response.headers().firstValue("Content-Type").orElse(""))
                    .as(question)
                    .contains(question.startsWith("events") ? "application/x-ndjson" : "application/json");
        }
    }
}

package io.sightlog.serve;

import io.sightlog.event.EventDraft;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.metrics.ListenAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page over a journal with messages in it. */
final class Served implements AutoCloseable {
    static final String TOKEN = "right-token-of-this-test";
    static final String METRICS_TOKEN = "token-for-metrics-alone";

    /** Stands in the journal, and so must stand in no answer to those who have no token. */
    static final String SECRET = "nobody-else-may-see-this";

    final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
    final Journal journal;
    final PageServer server;

    Served(Path folder) {
        this(folder, Patience.USUAL, null, null);
    }

    Served(Path folder, Patience patience, @Nullable Path certificate, @Nullable Path key) {
        journal = Journal.open(folder.resolve("q"));
        server = PageServer.start(
                journal,
                new ServeOptions(
                        new ListenAddress("127.0.0.1", 0),
                        true,
                        TOKEN,
                        METRICS_TOKEN,
                        certificate,
                        key,
                        null,
                        List.of(),
                        warnings::add),
                patience);
    }

    /** Appends messages of that many characters. */
    Served with(int messages, int characters) {
        try (JournalWriter writer = journal.writer()) {
            String text = SECRET + "x".repeat(characters);
            for (int i = 0; i < messages; i++) {
                writer.append(new EventDraft().capturedNanos(i).message("door/front", text));
            }
        }
        return this;
    }

    int port() {
        return server.address().port();
    }

    static String bearer() {
        return "Authorization: Bearer " + TOKEN;
    }

    Raw.Answer get(String path, String... headers) throws IOException {
        return Raw.get(port(), path, headers);
    }

    /** The cookie that the link gives, as a header. */
    String cookie() throws IOException {
        return "Cookie: " + get("/?token=" + TOKEN).header("Set-Cookie").split(";")[0];
    }

    @Override
    public void close() {
        server.close();
        journal.close();
    }
}

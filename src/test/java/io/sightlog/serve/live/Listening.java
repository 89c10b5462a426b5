package io.sightlog.serve.live;

import io.sightlog.journal.Journal;
import io.sightlog.journal.Position;
import io.sightlog.serve.api.Question;
import io.sightlog.serve.api.Refusal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of the feed have in common: one feed over a journal, closed behind each. */
abstract class Listening {
    @TempDir
    Path temp;

    final ExecutorService pool = Executors.newFixedThreadPool(2);

    @Nullable
    LiveFeed made;

    @AfterEach
    void close() {
        if (made != null) {
            made.close();
        }
        pool.shutdownNow();
    }

    LiveFeed feed(Journal journal) {
        made = new LiveFeed(journal, "abc");
        return made;
    }

    /** A question with parameters as {@code most=3&label=car}. */
    static LiveQuestion asking(String query, @Nullable String lastEventId) throws Refusal {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String part : query.split("&")) {
            if (!part.isEmpty()) {
                parameters
                        .computeIfAbsent(part.substring(0, part.indexOf('=')), name -> new ArrayList<>())
                        .add(part.substring(part.indexOf('=') + 1));
            }
        }
        return LiveQuestion.of(new Question("", parameters, lastEventId));
    }

    Ear listen(LiveFeed feed, String query) throws Refusal {
        return listen(feed, query, null);
    }

    Ear listen(LiveFeed feed, String query, @Nullable Position lastEventId) throws Refusal {
        Ear ear = new Ear(pool);
        feed.join(asking(query, lastEventId == null ? null : lastEventId.toString()), ear);
        return ear;
    }
}

package io.sightlog.serve.api;

import io.sightlog.event.LabelSet;
import io.sightlog.event.LabelSource;
import io.sightlog.journal.Journal;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The label sets that were met, so that a question does not read them anew: what has a hash never changes. One that is missing is looked
 * for each time. Any thread.
 */
final class Labels {
    private static final int MOST = 64;

    private final Map<Long, LabelSet> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, LabelSet> eldest) {
            return size() > MOST;
        }
    };

    /** Those of a journal; for one thread, and one question. */
    LabelSource of(Journal journal) {
        LabelSource source = journal.labels();
        return hash -> {
            synchronized (known) {
                LabelSet set = known.get(hash);
                if (set != null) {
                    return set;
                }
            }
            LabelSet set = source.find(hash);
            if (set != null) {
                synchronized (known) {
                    known.put(hash, set);
                }
            }
            return set;
        };
    }
}

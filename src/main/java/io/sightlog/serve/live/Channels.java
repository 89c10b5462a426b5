package io.sightlog.serve.live;

import io.sightlog.journal.Journal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One channel for each question that is asked. Under the lock of the {@link LiveFeed}, but for {@link #all}. */
final class Channels {
    /** So many different questions. */
    static final int MOST = 64;

    /** What all rings together keep, as long as no event alone takes more than its ring's share. */
    static final int RINGS_BYTES = 16 << 20;

    static final int MOST_RING_BYTES = 1 << 20;

    private final Journal journal;
    private final Counters counters;
    private final Messages messages = new Messages();
    private volatile List<Channel> all = List.of();

    Channels(Journal journal, Counters counters) {
        this.journal = journal;
        this.counters = counters;
    }

    /** A list that does not change. */
    List<Channel> all() {
        return all;
    }

    /** The channel for a question; null when there are too many. */
    @Nullable
    Channel of(LiveQuestion.Asked asked, long nowNanos) {
        for (Channel channel : all) {
            if (channel.asked().equals(asked)) {
                return channel;
            }
        }
        if (all.size() >= MOST) {
            return null;
        }
        Channel channel = new Channel(asked, journal, messages, counters, nowNanos);
        List<Channel> more = new ArrayList<>(all);
        more.add(channel);
        set(more);
        return channel;
    }

    /** Forgets a channel that nobody uses. */
    void release(Channel channel) {
        if (!channel.isUsed()) {
            List<Channel> fewer = new ArrayList<>(all);
            fewer.remove(channel);
            set(fewer);
        }
    }

    private void set(List<Channel> channels) {
        all = List.copyOf(channels);
        int share = Math.min(MOST_RING_BYTES, RINGS_BYTES / Math.max(1, all.size()));
        all.forEach(channel -> channel.ring().keep(share));
    }
}

package io.sightlog.serve.live;

import io.sightlog.journal.Position;
import io.sightlog.serve.api.Filters;
import io.sightlog.serve.api.Question;
import io.sightlog.serve.api.Refusal;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a listener wants. Immutable.
 *
 * @param asked what it shares with others
 * @param after it has got all up to this position, null: from now on
 */
public record LiveQuestion(Asked asked, @Nullable Position after) {
    private static final long MOST_EVENTS = 1_000;

    /**
     * Which events; listeners with the same share a channel.
     *
     * @param most at most so many a second, always the newest; 0: all
     */
    public record Asked(Filters filters, int most) {}

    /** @throws Refusal when a parameter is not what it should be */
    public static LiveQuestion of(Question question) throws Refusal {
        if (!question.path().isEmpty()) {
            throw new Refusal(404, "nothing is behind live/");
        }
        Set<String> names = new HashSet<>(Filters.ALL);
        names.add("after");
        names.add("most");
        question.allowOnly(names);
        int most = (int) question.number("most", 0, 1, MOST_EVENTS);
        Position after = position("after", question.text("after"));
        String last = question.lastEventId();
        if (last != null && !last.isEmpty()) {
            after = position("Last-Event-ID", last);
        }
        return new LiveQuestion(new Asked(Filters.of(question), most), after);
    }

    private static @Nullable Position position(String name, @Nullable String text) throws Refusal {
        if (text == null) {
            return null;
        }
        try {
            return Position.parse(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.bad(name, text, "a position as 0x... or 0x...:place is needed");
        }
    }
}

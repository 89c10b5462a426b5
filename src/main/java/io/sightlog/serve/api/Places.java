package io.sightlog.serve.api;

import io.sightlog.journal.Position;
import org.jspecify.annotations.Nullable;

/** Positions in questions. */
final class Places {
    private static final String NEEDED = "a position as 0x... or 0x...:place is needed";

    private Places() {}

    /** Null when it is not given. */
    static @Nullable Position position(Question question, String name) throws Refusal {
        String text = question.text(name);
        if (text == null) {
            return null;
        }
        try {
            return Position.parse(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.bad(name, text, NEEDED);
        }
    }

    /** From the path. */
    static Position ofPath(Question question, String endpoint) throws Refusal {
        try {
            return Position.parse(question.path());
        } catch (IllegalArgumentException e) {
            throw Refusal.bad(endpoint + "/POSITION", question.path(), NEEDED);
        }
    }

    /** Nothing is behind the name. */
    static void noPath(Question question, String endpoint) throws Refusal {
        if (!question.path().isEmpty()) {
            throw new Refusal(404, "nothing is behind " + endpoint + "/");
        }
    }

    /** A position behind which this is the first there can be, null when all are. */
    static @Nullable Position before(Position position) {
        return position.place() > 0
                ? new Position(position.index(), position.place() - 1)
                : position.index() > 0 ? new Position(position.index() - 1, Integer.MAX_VALUE) : null;
    }
}

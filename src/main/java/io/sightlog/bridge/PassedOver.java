package io.sightlog.bridge;

import io.sightlog.journal.Position;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Events that can never be delivered, and are passed over, as long as they may come again. One thread. */
final class PassedOver {
    private static final int MANY = 1_000;

    private final BridgeNotices notices;
    private final TreeSet<Position> positions = new TreeSet<>();
    private long count;

    PassedOver(BridgeNotices notices) {
        this.notices = notices;
    }

    /** Tells of it, once. */
    void add(Position position, UndeliverableException why) {
        if (positions.add(position)) {
            count++;
            notices.passedOver("event " + position, String.valueOf(why.getMessage()));
        }
    }

    boolean contains(Position position) {
        return !positions.isEmpty() && positions.contains(position);
    }

    /** What lies before does not come again. */
    void forgetBefore(@Nullable Position oldest) {
        if (oldest != null && positions.size() >= MANY) {
            positions.headSet(oldest).clear();
        }
    }

    /** How many there were. */
    long count() {
        return count;
    }
}

package io.sightlog.timeline;

import io.sightlog.event.Digest;
import io.sightlog.journal.CycleStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What an index was made from, so that one of something else is told: the first 16 bytes of a SHA-256, over a cycle's content in numbers, or
 * over the origins of the cycles that are rolled up.
 */
record MadeFrom(long first, long second) {
    /** @param content null of a file that cannot be read */
    static MadeFrom of(int cycle, CycleStatus.@Nullable Content content) {
        ByteBuffer numbers =
                ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN).putLong(cycle);
        if (content != null) {
            numbers.putLong(content.excerpts())
                    .putLong(content.firstAppendedNanos())
                    .putLong(content.lastAppendedNanos())
                    .putLong(content.endPosition());
        }
        return of(numbers.array());
    }

    /** @param cycles the origins of all of them, by their numbers */
    static MadeFrom of(SortedMap<Integer, MadeFrom> cycles) {
        ByteBuffer all = ByteBuffer.allocate(24 * cycles.size()).order(ByteOrder.LITTLE_ENDIAN);
        cycles.forEach(
                (cycle, origin) -> all.putLong(cycle).putLong(origin.first).putLong(origin.second));
        return of(all.array());
    }

    private static MadeFrom of(byte[] bytes) {
        MessageDigest sha256 = Digest.sha256();
        ByteBuffer digest = ByteBuffer.wrap(sha256.digest(bytes)).order(ByteOrder.LITTLE_ENDIAN);
        return new MadeFrom(digest.getLong(), digest.getLong());
    }
}

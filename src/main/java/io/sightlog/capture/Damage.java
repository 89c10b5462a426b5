package io.sightlog.capture;

import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which packets of a video are damaged, and which frames are therefore not what was filmed: those themselves, and all that
 * are built on them until a key frame. Packets go by the order of decoding, frames come in the order of showing.
 */
final class Damage {
    static final String SPREADS = "built on a damaged frame";

    private record Cause(String reason, boolean spreads, long shownAt, boolean shown) {}

    private final boolean spreadsAtAll;
    private final TreeMap<Long, Cause> causes = new TreeMap<>();

    /** @param spreads false for codecs of which every frame stands alone */
    Damage(boolean spreads) {
        this.spreadsAtAll = spreads;
    }

    /**
     * @param packet from 1
     * @param shownAt stamp of its frame, {@code AV_NOPTS_VALUE} when unknown
     * @param needed whether other frames may be built on it
     */
    void add(long packet, long shownAt, String reason, boolean needed) {
        Cause before = causes.get(packet);
        if (before == null) {
            causes.put(packet, new Cause(reason, needed, shownAt, false));
        } else if (needed && !before.spreads) {
            causes.put(packet, new Cause(before.reason, true, before.shownAt, before.shown));
        }
    }

    /** Why the frame of a packet cannot be trusted; null when it can. */
    @Nullable
    String of(long packet) {
        Cause own = causes.get(packet);
        if (own != null) {
            return own.reason;
        }
        if (spreadsAtAll) {
            for (Map.Entry<Long, Cause> earlier : causes.headMap(packet).entrySet()) {
                if (earlier.getValue().spreads) {
                    return SPREADS;
                }
            }
        }
        return null;
    }

    /** The frame of a packet was shown, or would have been. */
    void shown(long packet) {
        causes.computeIfPresent(packet, (number, cause) -> new Cause(cause.reason, cause.spreads, cause.shownAt, true));
    }

    /**
     * A sound key frame was shown. What comes now stands on it: whatever was decoded before it does not matter any more, nor
     * does what was decoded after it and shown before it, which leads it and is used by nobody.
     */
    void healedBy(long keyPacket, long keyShownAt) {
        causes.entrySet().removeIf(cause -> cause.getKey() < keyPacket || leads(cause.getValue(), keyShownAt));
    }

    private static boolean leads(Cause cause, long keyShownAt) {
        return cause.shown
                || (cause.shownAt != AV_NOPTS_VALUE && keyShownAt != AV_NOPTS_VALUE && cause.shownAt < keyShownAt);
    }
}

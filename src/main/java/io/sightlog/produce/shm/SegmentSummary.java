package io.sightlog.produce.shm;

import io.sightlog.journal.Position;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was made of a segment.
 *
 * @param frames that were appended
 * @param skips contents that were no frame
 * @param first null when nothing was appended
 * @param last likewise
 */
public record SegmentSummary(
        long frames,
        long skips,
        Map<String, Long> detectionsByLabel,
        @Nullable Position first,
        @Nullable Position last) {}

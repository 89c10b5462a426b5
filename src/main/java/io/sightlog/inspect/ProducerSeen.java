package io.sightlog.inspect;

import io.sightlog.journal.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of one producer. Immutable.
 *
 * @param producer its id
 * @param streams that its events named, the newest first, at most {@value ProducerWatch#MOST_NAMES}
 * @param sources likewise
 * @param events of any kind
 * @param frames of these, those that were looked at
 * @param skips of these, frames that were not looked at
 * @param messages of these
 * @param framesPerSecond frames looked at a second, over the last ten seconds or since its first one; 0 when there was none in them
 * @param last where its newest event is
 * @param lastAppendedNanos when that was appended, since the epoch
 * @param lastCapturedNanos when that was captured, since the epoch
 * @param missing sequence numbers between the first and the last that were seen which did not come
 * @param gaps runs of these, the newest, at most {@value ProducerWatch#MOST_GAPS}, ascending
 * @param repeated events whose number was there before
 * @param reordered events that came behind one with a higher number
 * @param dropped frames that its live sources gave and nobody looked at, as its events say
 * @param decodeP50Nanos the median of how long decoding took, of its last {@value Recent#MOST} frames that say so; null without one
 * @param inferP50Nanos likewise of inference
 */
public record ProducerSeen(
        long producer,
        List<String> streams,
        List<String> sources,
        long events,
        long frames,
        long skips,
        long messages,
        double framesPerSecond,
        Position last,
        long lastAppendedNanos,
        long lastCapturedNanos,
        long missing,
        List<SequenceCheck.Range> gaps,
        long repeated,
        long reordered,
        long dropped,
        @Nullable Long decodeP50Nanos,
        @Nullable Long inferP50Nanos) {
    public ProducerSeen {
        streams = List.copyOf(streams);
        sources = List.copyOf(sources);
        gaps = List.copyOf(gaps);
    }
}

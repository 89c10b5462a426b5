package io.sightlog.bridge.kafka;

import io.sightlog.bridge.BridgeNotices;
import io.sightlog.bridge.Inbox;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalWriter;
import io.sightlog.journal.Position;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;

/** One topic on its way into a journal, over any number of connections: the journal's side of it. One thread. */
final class Receiving {
    private final Journal journal;
    private final JournalWriter writer;
    private final Inbox inbox;
    private final ReceivedOffsets offsets;
    private final BridgeNotices notices;
    private final boolean fromEnd;
    private final int foundCycle;
    private boolean hasBegun;
    private @Nullable Map<Integer, Long> ends;
    private final Set<String> noted = new HashSet<>();
    private long missed;
    private long writtenPassedOver;

    /**
     * @param foundCycle the cycle in which the offsets were found, -1 for none
     * @param fromEnd whether partitions that are not known begin at their ends, the first time
     */
    Receiving(
            Journal journal,
            JournalWriter writer,
            Inbox inbox,
            ReceivedOffsets offsets,
            int foundCycle,
            boolean fromEnd,
            BridgeNotices notices) {
        this.journal = journal;
        this.writer = writer;
        this.inbox = inbox;
        this.offsets = offsets;
        this.foundCycle = foundCycle;
        this.fromEnd = fromEnd;
        this.notices = notices;
    }

    Inbox inbox() {
        return inbox;
    }

    ReceivedOffsets offsets() {
        return offsets;
    }

    long missed() {
        return missed;
    }

    /** Whether partitions that are not known begin at their ends. */
    boolean beginsAtEnd() {
        return fromEnd && !hasBegun;
    }

    /** All partitions are known. Where it began at their ends is written at once, since no record says it. */
    void begun() {
        if (beginsAtEnd()) {
            inbox.writeCheckpoint();
        }
        hasBegun = true;
    }

    /** Takes in what one poll gave; all of it is in the journal when this returns. */
    void take(ConsumerRecords<byte[], byte[]> records) throws IOException {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            inbox.add(KafkaRecords.arrival(offsets.source(), record));
        }
        inbox.append();
        if (offsets.isOverdue()) {
            inbox.writeCheckpoint();
        }
    }

    /** The end of each partition, as it was the first time. */
    Map<Integer, Long> ends(Supplier<Map<Integer, Long>> now) {
        if (ends == null) {
            ends = now.get();
        }
        return ends;
    }

    void note(String text) {
        if (noted.add(text)) {
            notices.note(text);
        }
    }

    /** Records were not there any more. */
    void missed(int partition, long from, long to) {
        List<String> text = new ArrayList<>();
        long count = Math.max(1, to - from);
        missed += count;
        text.add("missed " + count + (count == 1 ? " record" : " records") + " of "
                + offsets.source().topic() + " partition " + partition);
        text.add(
                to > from
                        ? "offsets " + from + " to " + (to - 1) + " were deleted before they were received"
                        : "the broker has lost what was there, offset " + from + " is beyond its end " + to);
        notices.note(String.join(": ", text));
        offsets.set(partition, to);
        inbox.writeCheckpoint();
    }

    /** Nothing comes: when others have begun a cycle, this one's checkpoint must not be pruned with those before. */
    void idle() {
        long last = writer.lastIndex();
        int reached = last < 0 ? foundCycle : Math.max(foundCycle, new Position(last, 0).cycle());
        if (reached >= 0 && OffsetSearch.newestCycle(journal) > reached) {
            inbox.writeCheckpoint();
        }
    }

    /** No more comes. What was passed over is not looked at again the next time. */
    void finish() {
        if (inbox.passedOver() > writtenPassedOver) {
            inbox.writeCheckpoint();
            writtenPassedOver = inbox.passedOver();
        }
    }
}

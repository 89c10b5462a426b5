package io.sightlog.event;

import static io.sightlog.event.EventLayout.SECTION_ORIGIN;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an event came from that a bridge has brought: which message of which broker, and, when it was an event before, which one.
 *
 * @param kind {@link #KAFKA}, {@link #MQTT}, or what a later version has, 1 to 65,535
 * @param broker Kafka's cluster id, or the host of another broker; may be empty, as may be the other texts
 * @param topic its topic there
 * @param topicId Kafka's topic id, which another topic of the same name does not have
 * @param messageId what a message without a number is known by
 * @param partition of the topic, -1 when there are none
 * @param offset in the partition, -1 when there is none
 * @param path the journals in which it has been, the first one first; at most {@link #MAX_PATH}
 * @param producer of the event that it was, 0 when it was none
 * @param sequence of that event
 * @param appendedNanos when that event was appended to the first journal, since the epoch
 */
public record Origin(
        int kind,
        String broker,
        String topic,
        String topicId,
        String messageId,
        int partition,
        long offset,
        List<JournalId> path,
        long producer,
        long sequence,
        long appendedNanos) {
    public static final int KAFKA = 1;
    public static final int MQTT = 2;
    public static final int MAX_PATH = 8;
    /** Of broker, topic id and message id, in UTF-8. */
    public static final int MAX_ID_BYTES = 255;
    /** Of the topic: what MQTT allows. */
    public static final int MAX_TOPIC_BYTES = 65_535;

    static final int BYTES = 48;
    static final int MAX_BYTES = BYTES + MAX_PATH * JournalId.BYTES + MAX_TOPIC_BYTES + 3 * MAX_ID_BYTES;

    /** @throws IllegalArgumentException when a value is out of its range */
    public Origin {
        RareSections.check(kind > 0 && kind <= 0xffff, "origin.kind", kind, "1 to 65535");
        RareSections.checkText("origin.broker", broker, MAX_ID_BYTES);
        RareSections.checkText("origin.topic", topic, MAX_TOPIC_BYTES);
        RareSections.checkText("origin.topicId", topicId, MAX_ID_BYTES);
        RareSections.checkText("origin.messageId", messageId, MAX_ID_BYTES);
        RareSections.check(partition >= -1, "origin.partition", partition, "-1 or more");
        RareSections.check(offset >= -1, "origin.offset", offset, "-1 or more");
        RareSections.notNull("origin.path", path);
        RareSections.check(path.size() <= MAX_PATH, "origin.path's length", path.size(), "0 to " + MAX_PATH);
        RareSections.check(sequence >= 0, "origin.sequence", sequence, "0 or more");
        RareSections.check(producer != 0 || sequence == 0, "origin.sequence", sequence, "0 without a producer");
        path = List.copyOf(path);
    }

    /**
     * That of an event; null when no bridge has brought it. Allocates.
     *
     * @throws UnreadableEventException when what it says cannot be
     */
    public static @Nullable Origin of(Event event) {
        return RareSections.read(event, SECTION_ORIGIN, "origin", BYTES, Origin::read);
    }

    private static Origin read(long at, int bytes) {
        int count = Memory.getShort(at + 2) & 0xffff;
        RareSections.check(count <= MAX_PATH, "origin.path's length", count, "0 to " + MAX_PATH);
        int[] sizes = new int[4];
        int needed = BYTES + count * JournalId.BYTES;
        int text = needed;
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = Memory.getShort(at + 40 + 2L * i) & 0xffff;
            needed += sizes[i];
        }
        RareSections.check(needed <= bytes, "origin's size", bytes, needed + " or more, as its parts say");
        List<JournalId> path = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            path.add(JournalId.read(at + BYTES + (long) i * JournalId.BYTES));
        }
        String[] texts = new String[sizes.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = RareSections.text(at + text, sizes[i], "origin");
            text += sizes[i];
        }
        return new Origin(
                Memory.getShort(at) & 0xffff,
                texts[0],
                texts[1],
                texts[2],
                texts[3],
                Memory.getInt(at + 4),
                Memory.getLong(at + 8),
                path,
                Memory.getLong(at + 16),
                Memory.getLong(at + 24),
                Memory.getLong(at + 32));
    }

    void write(DraftSection into) {
        byte[][] texts = {utf8(broker), utf8(topic), utf8(topicId), utf8(messageId)};
        int text = BYTES + path.size() * JournalId.BYTES;
        int size = text;
        for (byte[] one : texts) {
            size += one.length;
        }
        byte[] to = into.fill(size);
        Memory.putInt(to, 0, kind | path.size() << 16);
        Memory.putInt(to, 4, partition);
        Memory.putLong(to, 8, offset);
        Memory.putLong(to, 16, producer);
        Memory.putLong(to, 24, sequence);
        Memory.putLong(to, 32, appendedNanos);
        Memory.putInt(to, 40, texts[0].length | texts[1].length << 16);
        Memory.putInt(to, 44, texts[2].length | texts[3].length << 16);
        for (int i = 0; i < path.size(); i++) {
            path.get(i).write(to, BYTES + i * JournalId.BYTES);
        }
        for (byte[] one : texts) {
            System.arraycopy(one, 0, to, text, one.length);
            text += one.length;
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

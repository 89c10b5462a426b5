package io.sightlog.event;

import static io.sightlog.event.EventLayout.SECTION_CHECKPOINT;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How far a bridge had come that brings events into a journal, written beside one of them: the bridge finds it there when it
 * starts again. Only in the journal that it names; in a copy it says nothing.
 *
 * @param journal into which the bridge brings them
 * @param text as the bridge has it, 1 to {@link #MAX_TEXT_BYTES} bytes of UTF-8
 */
public record Checkpoint(JournalId journal, String text) {
    /** Room for the offsets of tens of thousands of partitions. */
    public static final int MAX_TEXT_BYTES = 1 << 20;

    static final int MAX_BYTES = JournalId.BYTES + MAX_TEXT_BYTES;

    /** @throws IllegalArgumentException when the text is empty, too long or no good UTF-16 */
    public Checkpoint {
        RareSections.notNull("checkpoint.journal", journal);
        RareSections.checkText("checkpoint.text", text, MAX_TEXT_BYTES);
        RareSections.check(!text.isEmpty(), "checkpoint.text's length", 0, "1 or more");
    }

    /**
     * That of an event; null when it has none. Allocates.
     *
     * @throws UnreadableEventException when what it says cannot be
     */
    public static @Nullable Checkpoint of(Event event) {
        return RareSections.read(event, SECTION_CHECKPOINT, "checkpoint", JournalId.BYTES + 1, Checkpoint::read);
    }

    private static Checkpoint read(long at, int bytes) {
        String text = RareSections.text(at + JournalId.BYTES, bytes - JournalId.BYTES, "checkpoint");
        return new Checkpoint(JournalId.read(at), text);
    }

    /** What the section holds. */
    byte[] bytes() {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        byte[] content = new byte[JournalId.BYTES + utf8.length];
        journal.write(content, 0);
        System.arraycopy(utf8, 0, content, JournalId.BYTES, utf8.length);
        return content;
    }

    /** How many bytes an event grows by that is given it: its entry, and what it holds. */
    public int addedBytes() {
        return EventLayout.SECTION_ENTRY_BYTES + EventLayout.align4(bytes().length);
    }

    /**
     * Gives it to an event that is encoded already and has none, all but for its checksum.
     *
     * @param at address of the event, after which there is room for {@link #addedBytes} more
     * @return false when the event has as many sections as it may; then it is as it was
     */
    public boolean add(long at) {
        int sections = Memory.getShort(at + EventLayout.SECTION_COUNT) & 0xffff;
        if (sections >= EventLayout.MAX_SECTIONS) {
            return false;
        }
        int entry = EventLayout.SECTION_ENTRY_BYTES;
        int total = Memory.getInt(at + EventLayout.TOTAL_BYTES);
        int table = EventLayout.HEADER_BYTES
                + Memory.getInt(at + EventLayout.DETECTION_COUNT) * EventLayout.DETECTION_BYTES;
        int end = table + sections * entry;
        for (int i = 0; i < sections; i++) {
            long offset = at + table + (long) i * entry + 4;
            Memory.putInt(offset, Memory.getInt(offset) + entry);
        }
        Memory.copy(at + end, at + end + entry, total - end);
        int done = DraftSection.encode(at, end, total + entry, SECTION_CHECKPOINT, bytes(), bytes().length);
        Memory.putShort(at + EventLayout.SECTION_COUNT, (short) (sections + 1));
        Memory.putInt(at + EventLayout.TOTAL_BYTES, done);
        return true;
    }
}

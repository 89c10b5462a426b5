package io.sightlog.event;

import static io.sightlog.event.EventLayout.SECTION_KEPT_FRAME;

import org.jspecify.annotations.Nullable;

/**
 * Where the picture of a frame is kept, beside the journal: never a path, so that it can be looked for in any copy.
 *
 * @param journal the journal beside which it was kept first; it is looked for under this id, also in a copy
 * @param producer who kept it, as events have it; not 0
 * @param file number of that producer's file, from 0
 * @param offset of its first byte in the file
 * @param bytes its size, 1 or more
 * @param crc32c CRC-32C of these bytes
 * @param format {@link #JPEG}, or what a later version has, 1 to 65,535
 * @param width of the kept picture in pixels, which may be smaller than the frame; 0 unknown
 * @param height likewise
 */
public record KeptFrame(
        JournalId journal,
        long producer,
        long file,
        long offset,
        int bytes,
        int crc32c,
        int format,
        int width,
        int height) {
    public static final int JPEG = 1;

    static final int BYTES = 64;

    /** @throws IllegalArgumentException when a value is out of its range */
    public KeptFrame {
        RareSections.notNull("keptFrame.journal", journal);
        RareSections.check(producer != 0, "keptFrame.producer", producer, "not 0");
        RareSections.check(file >= 0, "keptFrame.file", file, "0 or more");
        RareSections.check(offset >= 0, "keptFrame.offset", offset, "0 or more");
        RareSections.check(bytes > 0, "keptFrame.bytes", bytes, "1 or more");
        RareSections.check(format > 0 && format <= 0xffff, "keptFrame.format", format, "1 to 65535");
        RareSections.check(width >= 0, "keptFrame.width", width, "0 or more");
        RareSections.check(height >= 0, "keptFrame.height", height, "0 or more");
    }

    /**
     * That of an event; null when none was kept. Allocates.
     *
     * @throws UnreadableEventException when what it says cannot be
     */
    public static @Nullable KeptFrame of(Event event) {
        return RareSections.read(event, SECTION_KEPT_FRAME, "kept frame", BYTES, KeptFrame::read);
    }

    private static KeptFrame read(long at, int bytes) {
        return new KeptFrame(
                JournalId.read(at),
                Memory.getLong(at + 16),
                Memory.getLong(at + 24),
                Memory.getLong(at + 32),
                Memory.getInt(at + 40),
                Memory.getInt(at + 44),
                Memory.getShort(at + 48) & 0xffff,
                Memory.getInt(at + 52),
                Memory.getInt(at + 56));
    }

    void write(DraftSection into) {
        byte[] to = into.fill(BYTES);
        journal.write(to, 0);
        Memory.putLong(to, 16, producer);
        Memory.putLong(to, 24, file);
        Memory.putLong(to, 32, offset);
        Memory.putInt(to, 40, bytes);
        Memory.putInt(to, 44, crc32c);
        Memory.putInt(to, 48, format);
        Memory.putInt(to, 52, width);
        Memory.putInt(to, 56, height);
        Memory.putInt(to, 60, 0);
    }
}

package io.sightlog.journal.internal.append;

import io.sightlog.event.Memory;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.internal.format.Cycles;
import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.ExactBytes;
import io.sightlog.journal.internal.format.WireBytes;
import io.sightlog.journal.internal.os.FileView;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The part of {@link PreOpenCheck} that looks at {@code metadata.cq4t}: its header and every entry of its table. */
final class MetadataCheck {
    private static final int MAX_TABLE_BYTES = 1 << 20;
    private static final String KEY_NORMALISED = "normalisedEOFsTo";

    private MetadataCheck() {}

    /**
     * Looks at all of it.
     *
     * @return the cycle up to which the library has seen all ended; the least number when that is not there
     * @throws JournalException naming the byte and what stands there
     */
    static long check(Path file) {
        try (FileView view = new FileView(file)) {
            int size = (int) Math.min(view.size(), MAX_TABLE_BYTES);
            long base = size < 8 ? 0 : view.address(0, size);
            int header = base == 0 ? 0 : Memory.getIntAcquire(base);
            if (!DocumentHeader.isComplete(header)) {
                return Long.MIN_VALUE; // not complete: the library reads nothing of it
            }
            int length = DocumentHeader.length(header);
            if (!DocumentHeader.isMetadata(header) || length > PreOpenCheck.MAX_DOCUMENT_BYTES || 4 + length > size) {
                throw new ExactBytes(file, base, base, base + 4).not("the header of a first document");
            }
            metadataHeader(new ExactBytes(file, base, base + 4, base + 4 + length));
            return table(file, base, (int) DocumentHeader.step(length), size);
        } catch (NoSuchFileException e) {
            return Long.MIN_VALUE;
        } catch (IOException e) {
            throw FileAccessException.of("cannot read " + file, e);
        }
    }

    private static void metadataHeader(ExactBytes bytes) {
        bytes.event("header");
        bytes.type("STStore");
        bytes.nested();
        bytes.field("wireType");
        bytes.type("WireType");
        bytes.text("BINARY_LIGHT");
        bytes.field("metadata");
        bytes.type("SCQMeta");
        bytes.nested();
        bytes.field("roll");
        bytes.type("SCQSRoll");
        long outer = bytes.enter();
        bytes.field("length");
        long millis = bytes.number(1, Integer.MAX_VALUE);
        bytes.field("format");
        Cycles.roll(millis, bytes.text());
        bytes.field("epoch");
        bytes.number(0, 0);
        bytes.leave(outer);
        bytes.field("sourceId");
        bytes.number(0, 0);
        bytes.paddingToEnd();
    }

    private static long table(Path file, long base, int first, int size) {
        long normalised = Long.MIN_VALUE;
        int at = first;
        while (at + 4 <= size) {
            int header = Memory.getIntAcquire(base + at);
            if (!DocumentHeader.isComplete(header)) {
                return normalised;
            }
            int length = DocumentHeader.length(header);
            if (DocumentHeader.isMetadata(header)
                    || length > PreOpenCheck.MAX_DOCUMENT_BYTES
                    || at + 4 + length > size) {
                throw new ExactBytes(file, base, base + at, base + at + 4).not("the header of an entry of the table");
            }
            long from = base + at + 4;
            ExactBytes entry = new ExactBytes(file, base, from, from + length);
            entry.anyEvent();
            long value = entry.boundLong();
            entry.paddingToEnd();
            if (WireBytes.eventName(from, from + length, KEY_NORMALISED) != 0) {
                normalised = Memory.getLong(value);
            }
            at = (int) DocumentHeader.next(at, length);
        }
        throw new JournalException(file + ": its table has no end within " + MAX_TABLE_BYTES + " bytes");
    }
}

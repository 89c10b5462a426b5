package io.sightlog.journal.internal.append;

import io.sightlog.event.Memory;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.ExactBytes;
import io.sightlog.journal.internal.os.FileView;
import java.nio.file.Path;

/** The part of {@link PreOpenCheck} that looks at the first document of a cycle's file, and at the positions in it. */
final class CycleHeaderCheck {
    private final long writePosition;
    private final long indexCount;
    private final long index2Index;

    private static final int MAX_INDEX_COUNT = 1 << 15;
    private static final int MAX_INDEX_SPACING = 1 << 20;

    CycleHeaderCheck(ExactBytes bytes) {
        bytes.event("header");
        bytes.type("SCQStore");
        bytes.nested();
        bytes.field("writePosition");
        writePosition = bytes.boundArray(2);
        if (Memory.getLong(writePosition - 8) != 2) {
            throw bytes.not("two values in use before this");
        }
        bytes.field("indexing");
        bytes.type("SCQSIndexing");
        long outer = bytes.enter();
        bytes.field("indexCount");
        indexCount = powerOf2(bytes, MAX_INDEX_COUNT);
        bytes.field("indexSpacing");
        powerOf2(bytes, MAX_INDEX_SPACING);
        bytes.field("index2Index");
        index2Index = bytes.boundLong();
        bytes.field("lastIndex");
        bytes.boundLong();
        bytes.leave(outer);
        bytes.field("dataFormat");
        bytes.number(1, 1);
        bytes.paddingToEnd();
    }

    private static long powerOf2(ExactBytes bytes, int max) {
        long value = bytes.number(1, max);
        if ((value & (value - 1)) != 0) {
            throw bytes.not("a power of 2 before this");
        }
        return value;
    }

    /** Every position the library follows lies in the file; what it finds there is what it looks for. */
    void checkPositions(FileView view, Path path, boolean appended) {
        long position = Memory.getLongAcquire(writePosition);
        if (position != 0 && !isDocument(view, position)) {
            throw outside(path, "writePosition", position, view);
        }
        long pages = Memory.getLongAcquire(index2Index);
        if (!appended || pages == 0) {
            return;
        }
        long values = array(view, path, pages, "index2index");
        long used = Memory.getLongAcquire(values - 8);
        for (int i = 0; i < used; i++) {
            long page = Memory.getLongAcquire(values + 8L * i);
            if (page != 0) {
                array(view, path, page, "index");
            }
        }
    }

    private static boolean isDocument(FileView view, long position) {
        long at = position < 0 || (position & 3) != 0 ? 0 : view.address(position, 4);
        int length = at == 0 ? 0 : DocumentHeader.length(Memory.getIntAcquire(at));
        return length != 0 && length <= view.size() - position - 4;
    }

    /** Address of the values of a page of the index. */
    private long array(FileView view, Path path, long position, String name) {
        int bytes = (int) (indexCount * Long.BYTES) + 64;
        long at = position < 0 || (position & 3) != 0 ? 0 : view.address(position, bytes);
        if (at == 0) {
            throw outside(path, name, position, view);
        }
        ExactBytes page = new ExactBytes(path, at - position, at + 4, at + bytes);
        page.event(name);
        long values = page.boundArray(indexCount);
        long used = Memory.getLongAcquire(values - 8);
        if (used < 0 || used > indexCount) {
            throw page.not("an array of which " + used + " are not used");
        }
        return values;
    }

    private static JournalException outside(Path path, String name, long position, FileView view) {
        return new JournalException(path + " is damaged, and nothing of it was used: its " + name + " is "
                + position + ", where nothing of that kind is in a file of " + view.size()
                + " bytes; sightlog recover --into saves what is sound");
    }
}

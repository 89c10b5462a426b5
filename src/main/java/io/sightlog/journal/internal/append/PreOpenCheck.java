package io.sightlog.journal.internal.append;

import io.sightlog.event.Memory;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.ExactBytes;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.Metadata;
import io.sightlog.journal.internal.format.WireBytes;
import io.sightlog.journal.internal.os.FileView;
import io.sightlog.journal.internal.os.Listing;
import io.sightlog.journal.internal.read.CycleFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the files of a journal before Chronicle Queue does, which makes objects of the classes that are named in them, and
 * follows the positions they hold. A journal from elsewhere is data: every byte of its headers is compared with what the
 * library writes, names of types included, and every position is checked to lie in its file. What differs is refused, and
 * no class is looked for.
 *
 * <p>Links are refused in place of a journal's files: a writer would write through them to a file somewhere else. What
 * another process changes in a file after it was looked at is not seen: whoever may write into the directory while
 * a writer has it open is trusted.
 */
public final class PreOpenCheck {
    private static final int MAX_TABLE_BYTES = 1 << 20;
    private static final int MAX_DOCUMENT_BYTES = 4096;
    private static final int MAX_INDEX_COUNT = 1 << 15;
    private static final int MAX_INDEX_SPACING = 1 << 20;
    /** The library goes from cycle to cycle, whether they have files or not. */
    private static final int MAX_CYCLES_APART = 10_000_000;

    private static final String KEY_NORMALISED = "normalisedEOFsTo";

    private final JournalDirectory directory;

    public PreOpenCheck(JournalDirectory directory) {
        this.directory = directory;
    }

    /**
     * What there is, and all of {@code metadata.cq4t}; before anything is done with the journal.
     *
     * @throws JournalException naming the file, the byte and what stands there
     */
    public void checkMetadataAndNames() {
        checkLinks();
        checkMetadata();
        Roll roll = roll();
        if (roll != null) {
            checkNames(roll);
        }
    }

    /**
     * The cycles that are going to be opened when a writer is, and no others: going back from the newest, those to the newest
     * one that ended and that the library has seen ended.
     *
     * @return the newest cycle there is, or the least number
     * @throws JournalException naming the file, the byte and what stands there
     */
    public int checkCycles() {
        long normalised = checkMetadata();
        Roll roll = roll();
        if (roll == null) {
            return Integer.MIN_VALUE;
        }
        int[] cycles = directory.cycles(roll);
        boolean ended = false;
        for (int i = cycles.length - 1; i >= 0 && !(ended && cycles[i] < normalised); i--) {
            ended = checkCycle(directory.cycleFile(roll, cycles[i]), i == cycles.length - 1) || ended;
        }
        return cycles.length == 0 ? Integer.MIN_VALUE : cycles[cycles.length - 1];
    }

    /** The files of cycles above one, up to the one in which is going to be appended. */
    public void checkNewer(Roll roll, int above, int upTo) {
        for (int cycle : directory.cycles(roll)) {
            if (cycle > above && cycle <= upTo) {
                checkCycle(directory.cycleFile(roll, cycle), cycle == upTo);
            }
        }
    }

    /** All that can be found wrong with the headers of all files, a line each. */
    public List<String> findings() {
        List<String> findings = new ArrayList<>();
        find(findings, this::checkLinks);
        find(findings, this::checkMetadata);
        find(findings, () -> {
            Roll roll = roll();
            if (roll != null) {
                find(findings, () -> checkNames(roll));
                for (int cycle : directory.cycles(roll)) {
                    find(findings, () -> checkCycle(directory.cycleFile(roll, cycle), true));
                }
            }
        });
        return findings;
    }

    private static void find(List<String> findings, Runnable check) {
        try {
            check.run();
        } catch (FileAccessException e) {
            throw e;
        } catch (JournalException e) {
            findings.add(String.valueOf(e.getMessage()));
        }
    }

    private @Nullable Roll roll() {
        try (Metadata metadata = Metadata.tryOpen(directory)) {
            return metadata == null ? null : metadata.roll();
        }
    }

    private void checkLinks() {
        try {
            for (Path file : Listing.of(directory.path())) {
                String name = file.getFileName().toString();
                boolean isOurs = name.endsWith(JournalDirectory.CYCLE_SUFFIX)
                        || name.startsWith("sightlog.")
                        || file.equals(directory.metadata())
                        || file.equals(directory.catalogue())
                        || file.equals(directory.consumers());
                boolean isDirectory = file.equals(directory.catalogue()) || file.equals(directory.consumers());
                if (isOurs
                        && !(isDirectory
                                ? Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
                                : Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                        && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                    throw new JournalException(file + " is a link, or no " + (isDirectory ? "directory" : "file")
                            + ": a writer would write to somewhere else; put the "
                            + (isDirectory ? "directory" : "file") + " itself there");
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return; // whoever makes it finds out
        } catch (IOException e) {
            throw directory.cannotList(e);
        }
    }

    /** The library fails on a name that is no time, and goes through all the cycles there could be between the first and last. */
    private void checkNames(Roll roll) {
        try {
            for (Path file : Listing.of(directory.path(), JournalDirectory.CYCLE_SUFFIX)) {
                if (roll.cycleOf(file.getFileName().toString()).isEmpty()) {
                    throw new JournalException(file + " has not the name of a file of a journal that rolls "
                            + roll.text() + ": move it away");
                }
            }
        } catch (IOException e) {
            throw directory.cannotList(e);
        }
        int[] cycles = directory.cycles(roll);
        if (cycles.length > 1 && (long) cycles[cycles.length - 1] - cycles[0] > MAX_CYCLES_APART) {
            throw new JournalException(directory.cycleFile(roll, cycles[0]) + " and "
                    + directory.cycleFile(roll, cycles[cycles.length - 1]).getFileName() + " lie more than "
                    + MAX_CYCLES_APART + " cycles apart, which no writer can go through: move the old ones away");
        }
    }

    /** The cycle up to which the library has seen all ended; the least number when that is not there. */
    private long checkMetadata() {
        Path file = directory.metadata();
        try (FileView view = new FileView(file)) {
            int size = (int) Math.min(view.size(), MAX_TABLE_BYTES);
            long base = size < 8 ? 0 : view.address(0, size);
            int header = base == 0 ? 0 : Memory.getIntAcquire(base);
            if (!DocumentHeader.isComplete(header)) {
                return Long.MIN_VALUE; // not complete: the library reads nothing of it
            }
            int length = DocumentHeader.length(header);
            if (!DocumentHeader.isMetadata(header) || length > MAX_DOCUMENT_BYTES || 4 + length > size) {
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
        Roll.of(millis, bytes.text());
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
            if (DocumentHeader.isMetadata(header) || length > MAX_DOCUMENT_BYTES || at + 4 + length > size) {
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

    /**
     * @param appended whether events may be appended to it, so that its index is used
     * @return whether it has its end mark
     */
    private static boolean checkCycle(Path path, boolean appended) {
        try (FileView view = new FileView(path)) {
            long base = view.address(0, 4);
            int header = base == 0 ? 0 : Memory.getIntAcquire(base);
            if (!DocumentHeader.isComplete(header)) {
                return false; // not complete: the library reads nothing of it
            }
            int length = DocumentHeader.length(header);
            long all = length > MAX_DOCUMENT_BYTES ? 0 : view.address(0, 4 + length);
            if (!DocumentHeader.isMetadata(header) || all == 0) {
                throw new ExactBytes(path, base, base, base + 4).not("the header of a first document");
            }
            CycleHeader parts = new CycleHeader(new ExactBytes(path, all, all + 4, all + 4 + length));
            parts.checkPositions(view, path, appended);
            try (CycleFile file = CycleFile.tryOpen(path, 0)) {
                return file != null && file.hasEnded();
            } catch (DamageException e) {
                return false; // whoever reads there is told
            }
        } catch (NoSuchFileException e) {
            return false; // deleted meanwhile
        } catch (IOException e) {
            throw FileAccessException.of("cannot read " + path, e);
        }
    }

    /** The first document of a cycle's file. */
    private static final class CycleHeader {
        private final long writePosition;
        private final long indexCount;
        private final long index2Index;

        CycleHeader(ExactBytes bytes) {
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
}

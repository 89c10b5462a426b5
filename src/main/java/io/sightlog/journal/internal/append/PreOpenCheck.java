package io.sightlog.journal.internal.append;

import io.sightlog.event.Memory;
import io.sightlog.journal.DamageException;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Roll;
import io.sightlog.journal.internal.format.Cycles;
import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.ExactBytes;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.Metadata;
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
    static final int MAX_DOCUMENT_BYTES = 4096;
    /** The library goes from cycle to cycle, whether they have files or not. */
    private static final int MAX_CYCLES_APART = 10_000_000;

    private final JournalDirectory directory;

    public PreOpenCheck(JournalDirectory directory) {
        this.directory = directory;
    }

    /**
     * What there is, and all of {@code metadata.cq4t}; before anything is done with the journal.
     *
     * @throws JournalException naming the file, the byte and what stands there
     */
    void checkMetadataAndNames() {
        checkLinks();
        MetadataCheck.check(directory.metadata());
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
    int checkCycles() {
        long normalised = MetadataCheck.check(directory.metadata());
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
    void checkNewer(Roll roll, int above, int upTo) {
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
        find(findings, () -> MetadataCheck.check(directory.metadata()));
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
                if (Cycles.named(roll, file.getFileName().toString()).isEmpty()) {
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
            CycleHeaderCheck parts = new CycleHeaderCheck(new ExactBytes(path, all, all + 4, all + 4 + length));
            parts.checkPositions(view, path, appended);
            try (CycleFile file = CycleFile.tryOpen(path, 0)) {
                return file != null && file.hasEnded();
            } catch (DamageException e) {
                return false; // reported to whoever reads there
            }
        } catch (NoSuchFileException e) {
            return false; // deleted meanwhile
        } catch (IOException e) {
            throw FileAccessException.of("cannot read " + path, e);
        }
    }
}

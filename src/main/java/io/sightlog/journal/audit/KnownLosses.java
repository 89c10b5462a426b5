package io.sightlog.journal.audit;

import io.sightlog.journal.JournalException;
import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.format.NewFile;
import io.sightlog.journal.internal.format.PrunedLog;
import io.sightlog.journal.internal.os.IoReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is known to be missing from a journal, and is no damage of it: what {@link Recovery} could not save, from {@code
 * sightlog.losses}, and the cycles that were pruned, from {@code sightlog.pruned}. A snapshot.
 *
 * <p>{@code sightlog.losses} is text, a line each:
 *
 * <pre>
 * lost PRODUCER FIRST LAST
 * repeated PRODUCER FIRST LAST
 * reordered PRODUCER FIRST LAST
 * labels HASH
 * recovered FINDINGS
 * </pre>
 *
 * <p>FINDINGS is how many findings of a loss the damaged journal had, also those that no number shows. PRODUCER has 16 hex digits, HASH those of the label set's name, FIRST and LAST are sequence numbers in decimal. Lines that
 * are not understood are passed over.
 */
public final class KnownLosses {
    /** More lines than this are not written: what they would say is then found as damage. */
    static final int MOST_LINES = 100_000;

    private static final int MAX_READ_BYTES = 8 << 20;

    private final Map<String, TreeMap<Long, Long>> ranges = new HashMap<>();
    private final Set<Long> labelSets = new HashSet<>();
    private long recoveredFindings;
    private final int prunedCycles;
    private final long prunedExcerpts;

    /** What is wrong with some of a producer's numbers. */
    public enum What {
        LOST,
        REPEATED,
        REORDERED;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Numbers of one producer. */
    public record Range(What what, long producer, long first, long last) {
        private String line() {
            return String.format(Locale.ROOT, "%s %016x %d %d\n", what.word(), producer, first, last);
        }
    }

    private KnownLosses(JournalDirectory directory) {
        for (String line : text(directory.losses()).split("\n", -1)) {
            add(line.split(" ", -1));
        }
        Map<Integer, PrunedLog.Entry> pruned = PrunedLog.read(directory);
        prunedCycles = pruned.size();
        long excerpts = 0;
        for (PrunedLog.Entry entry : pruned.values()) {
            excerpts += entry.excerpts();
        }
        prunedExcerpts = excerpts;
    }

    /**
     * @param journal its directory
     * @throws JournalException when one of the files cannot be read
     */
    public static KnownLosses of(Path journal) {
        return new KnownLosses(new JournalDirectory(journal));
    }

    private void add(String[] words) {
        try {
            if (words.length == 2 && words[0].equals("recovered")) {
                recoveredFindings = Long.parseLong(words[1]);
            } else if (words.length == 2 && words[0].equals("labels")) {
                labelSets.add(Long.reverseBytes(Long.parseUnsignedLong(words[1], 16)));
            } else if (words.length == 4) {
                Long.parseUnsignedLong(words[1], 16);
                addRange(words[0] + " " + words[1], Long.parseLong(words[2]), Long.parseLong(words[3]));
            }
        } catch (NumberFormatException e) {
            // not understood
        }
    }

    private void addRange(String key, long first, long last) {
        TreeMap<Long, Long> known = ranges.computeIfAbsent(key, k -> new TreeMap<>());
        Map.Entry<Long, Long> before = known.floorEntry(first);
        if (before != null && before.getValue() >= first - 1) {
            known.put(before.getKey(), Math.max(before.getValue(), last));
        } else {
            known.put(first, last);
        }
    }

    /** Whether all of a range is listed. */
    public boolean covers(Range range) {
        TreeMap<Long, Long> known =
                ranges.get(String.format(Locale.ROOT, "%s %016x", range.what().word(), range.producer()));
        Map.Entry<Long, Long> entry = known == null ? null : known.floorEntry(range.first());
        return entry != null && entry.getValue() >= range.last();
    }

    /** Whether a label set is listed. */
    public boolean coversLabelSet(long hash) {
        return labelSets.contains(hash);
    }

    /** How many findings of a loss there were when this journal was recovered, 0 when it never was. */
    public long recoveredFindings() {
        return recoveredFindings;
    }

    /** How many cycles were pruned, as far as is known. */
    public int prunedCycles() {
        return prunedCycles;
    }

    /** How many excerpts were in them. */
    public long prunedExcerpts() {
        return prunedExcerpts;
    }

    /**
     * Lists what a new journal lacks; nothing to list leaves no file.
     *
     * @param findings how many findings of a loss the damaged journal had
     * @param labelSets hashes
     * @throws JournalException when the file cannot be written
     */
    static void write(JournalDirectory directory, long findings, List<Range> ranges, List<Long> labelSets) {
        List<String> lines = new ArrayList<>();
        if (findings > 0) {
            lines.add("recovered " + findings + "\n");
        }
        for (Range range : ranges.subList(0, Math.min(ranges.size(), MOST_LINES))) {
            lines.add(range.line());
        }
        for (long hash : labelSets.subList(0, Math.min(labelSets.size(), MOST_LINES))) {
            lines.add(String.format(Locale.ROOT, "labels %016x\n", Long.reverseBytes(hash)));
        }
        if (lines.isEmpty()) {
            return;
        }
        Path draft = directory.path().resolve(".sightlog.losses");
        try {
            Files.deleteIfExists(draft);
            NewFile.create(directory, draft);
            Files.writeString(draft, String.join("", lines), StandardCharsets.US_ASCII);
            Files.move(draft, directory.losses(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new JournalException("cannot write " + directory.losses() + ": " + IoReason.of(e), e);
        }
    }

    private static String text(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new JournalException("cannot read " + file + ": it is no file; remove it");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer content = ByteBuffer.allocate((int) Math.min(channel.size(), MAX_READ_BYTES));
            while (content.hasRemaining() && channel.read(content, content.position()) > 0) {
                // until all is there
            }
            return new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new JournalException("cannot read " + file + ": " + IoReason.of(e), e);
        }
    }
}

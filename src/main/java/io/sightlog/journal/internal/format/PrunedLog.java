package io.sightlog.journal.internal.format;

import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.internal.os.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The cycles that were deleted, in {@code sightlog.pruned}, so that a reader can tell what it has missed: a line of text each,
 * decimal numbers with a space between them, oldest first.
 *
 * <pre>cycle excerpts eventsInTheLastExcerpt firstAppendedNanos lastAppendedNanos prunedNanos</pre>
 *
 * <p>A line is written before its file is deleted. Without room for it the file goes without a line. Lines that are not understood
 * are passed over; a cycle that is there twice counts as its last line says.
 */
public final class PrunedLog {
    private static final int FIELDS = 6;
    /** Only this much of its end is read: more than ten thousand cycles. */
    private static final int MAX_READ_BYTES = 1 << 20;

    private PrunedLog() {}

    /**
     * One deleted cycle.
     *
     * @param excerpts how many it had
     * @param lastPlaces events in the last of them
     * @param prunedNanos when it was deleted, since the epoch
     */
    public record Entry(
            int cycle,
            long excerpts,
            int lastPlaces,
            long firstAppendedNanos,
            long lastAppendedNanos,
            long prunedNanos) {

        private String line() {
            return cycle + " " + excerpts + " " + lastPlaces + " " + firstAppendedNanos + " " + lastAppendedNanos + " "
                    + prunedNanos + "\n";
        }

        private static @Nullable Entry of(String line) {
            String[] fields = line.split(" ", -1);
            if (fields.length != FIELDS) {
                return null;
            }
            try {
                Entry entry = new Entry(
                        Integer.parseInt(fields[0]),
                        Long.parseLong(fields[1]),
                        Integer.parseInt(fields[2]),
                        Long.parseLong(fields[3]),
                        Long.parseLong(fields[4]),
                        Long.parseLong(fields[5]));
                return entry.cycle < 0 || entry.excerpts < 0 || entry.excerpts > 1L << ExcerptIndex.SEQUENCE_BITS
                        ? null
                        : entry;
            } catch (NumberFormatException e) {
                return null;
            }
        }
    }

    /** Under the write lock. What cannot be written is left out: a full disk must not keep us from making room. */
    public static void add(JournalDirectory directory, Entry entry) {
        Path file = directory.pruned();
        try (FileChannel channel = open(directory, Disk.regular(file))) {
            long end = channel.size();
            ByteBuffer last = ByteBuffer.allocate(1);
            boolean torn = end > 0 && channel.read(last, end - 1) == 1 && last.get(0) != '\n';
            ByteBuffer line = ByteBuffer.wrap(((torn ? "\n" : "") + entry.line()).getBytes(StandardCharsets.US_ASCII));
            while (line.hasRemaining()) {
                end += channel.write(line, end);
            }
        } catch (IOException e) {
            // readers then say that they do not know how much they have missed
        }
    }

    private static FileChannel open(JournalDirectory directory, Path file) throws IOException {
        if (!Files.exists(file)) {
            NewFile.create(directory, file);
        }
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** All that is known, by cycle. */
    public static NavigableMap<Integer, Entry> read(JournalDirectory directory) {
        NavigableMap<Integer, Entry> entries = new TreeMap<>();
        for (String line : text(directory.pruned()).split("\n", -1)) {
            Entry entry = Entry.of(line);
            if (entry != null) {
                entries.put(entry.cycle(), entry);
            }
        }
        return entries;
    }

    private static String text(Path file) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return ""; // none, or what doctor tells of
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            long from = Math.max(0, size - MAX_READ_BYTES);
            ByteBuffer content = ByteBuffer.allocate((int) (size - from));
            while (content.hasRemaining() && channel.read(content, from + content.position()) > 0) {
                // until all is there
            }
            return new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw FileAccessException.of("cannot read " + file, e);
        }
    }
}

package io.sightlog.journal.internal.frames;

import io.sightlog.event.JournalId;
import io.sightlog.event.KeptFrame;
import io.sightlog.journal.internal.format.JournalDirectory;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which file of kept frames it is: what its name says, and its header again.
 *
 * @param journal the journal beside which it was made
 * @param producer who made it, not 0
 * @param file its number among that producer's files, 0 or more
 */
public record FrameName(JournalId journal, long producer, long file) {
    static final String LOCK_SUFFIX = ".lock";

    private static final Pattern FILE = Pattern.compile("([0-9a-f]{16})-([0-9]{8,18})\\.frames");
    private static final Pattern LOCK = Pattern.compile("[0-9a-f]{16}\\.lock");

    /** That in which a frame is kept. */
    public static FrameName of(KeptFrame frame) {
        return new FrameName(frame.journal(), frame.producer(), frame.file());
    }

    /**
     * By its name in the folder of a journal's id.
     *
     * @return null when it is not the name of such a file
     */
    static @Nullable FrameName of(JournalId journal, String name) {
        Matcher matcher = FILE.matcher(name);
        if (!matcher.matches()) {
            return null;
        }
        FrameName found =
                new FrameName(journal, Long.parseUnsignedLong(matcher.group(1), 16), Long.parseLong(matcher.group(2)));
        return found.producer != 0 && found.text().equals(name) ? found : null;
    }

    static boolean isLock(String name) {
        return LOCK.matcher(name).matches();
    }

    private String text() {
        return String.format(Locale.ROOT, "%016x-%08d.frames", producer, file);
    }

    /** {@code frames/<journal id>}, relative to the directory of a journal. */
    static Path folder(JournalId journal) {
        return Path.of(JournalDirectory.FRAMES, journal.toString());
    }

    /** Relative to the directory of a journal. */
    public Path path() {
        return folder(journal).resolve(text());
    }

    /** The lock of all files of its producer, likewise. */
    Path lock() {
        return folder(journal).resolve(String.format(Locale.ROOT, "%016x", producer) + LOCK_SUFFIX);
    }
}

package io.sightlog.serve;

import io.sightlog.journal.DerivedFiles;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Journal;
import io.sightlog.timeline.Timeline;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A token that outlives the server, so that a page that is open goes on when the server was started again: in a file beside the index that
 * nobody else can read. What is there is not believed unless it is ours alone and has the right form. Where it cannot be kept, there is one for
 * this run. One thread.
 */
final class KeptToken {
    private static final String NAME = "serve.token";
    private static final int BYTES = 32;
    private static final int MOST_BYTES = 1024;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final Journal journal;
    private final DerivedFiles files;
    private final boolean isInJournal;
    private final Consumer<String> warn;
    private final String text;
    private boolean isSettled;

    /**
     * Reads it, or makes a new one.
     *
     * @param isInJournal whether the index is kept in the journal's folder
     * @param warn gets a line when it cannot be kept; the thread that calls {@link #keep}
     */
    KeptToken(Journal journal, Timeline timeline, boolean isInJournal, Consumer<String> warn) {
        this.journal = journal;
        this.isInJournal = isInJournal;
        this.warn = warn;
        files = journal.timelineFiles(isInJournal ? null : timeline.folder());
        String known = read();
        isSettled = known != null;
        text = known == null ? made() : known;
        keep();
    }

    String text() {
        return text;
    }

    /** Writes it, once there is a journal beside which it can be; called again and again. */
    void keep() {
        if (isSettled || (isInJournal && !journal.exists())) {
            return;
        }
        isSettled = true; // where it cannot be written now, it is for this run
        try {
            files.putPrivate(
                    NAME, file -> file.write(ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.US_ASCII))));
        } catch (FileAccessException e) {
            warn.accept("the token is for this run alone, as it cannot be kept (" + e.getMessage() + "): "
                    + "--token-file gives one that stays, --cache a folder for it");
        }
    }

    private @Nullable String read() {
        try {
            byte[] content = files.readPrivate(NAME, MOST_BYTES);
            String line = content == null ? "" : new String(content, StandardCharsets.ISO_8859_1).strip();
            return FORM.matcher(line).matches() ? line : null;
        } catch (FileAccessException e) {
            return null;
        }
    }

    private static String made() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }
}

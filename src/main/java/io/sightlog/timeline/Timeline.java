package io.sightlog.timeline;

import io.sightlog.event.Digest;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How much of what was in a journal when, by the time of append. It keeps an index beside the journal, or elsewhere, and never writes to the
 * journal itself; it is no named consumer, so it holds back no pruning. The journal need not exist yet.
 *
 * <p>{@link #refresh} brings the index up to date: the cycle that is written to, then closed cycles without an index, the newest first. It
 * is called by one thread at a time, as often as answers are to be fresh. Any thread may {@link #query} meanwhile, and is told what is not
 * known yet. Its heap is bounded whatever the journal holds: some tens of megabytes.
 */
public final class Timeline implements AutoCloseable {
    /** Lanes of an answer, where none are said. */
    public static final int LANES = 40;

    private static final int MOST_LANES = 100;
    /** Events and detections that one query reads at most. */
    private static final int MOST_READ = 1_000_000;

    /** More than these are not read where the index has columns enough. */
    private static final int FEW_TO_READ = 20_000;

    private static final int COLUMNS_ENOUGH = 100;
    private static final int MOST_ATTEMPTS = 100;

    private final Journal journal;
    private final boolean isElsewhere;
    private final IndexFiles files;
    private final Parts parts = new Parts();
    private final Updater updater;
    private volatile @Nullable String thrown;

    /** A file is not what it should be. */
    static final class BrokenException extends IOException {
        private static final long serialVersionUID = 1;

        final transient Part.Filed part;

        BrokenException(Part.Filed part, IOException cause) {
            super(part.name() + ": " + cause.getMessage(), cause);
            this.part = part;
        }
    }

    /**
     * Of a journal, whose index is kept in its folder {@code timeline}.
     *
     * @param journal stays the caller's
     */
    public Timeline(Journal journal) {
        this(journal, null);
    }

    /**
     * Likewise, with its index elsewhere.
     *
     * @param cache a folder for the indexes of any number of journals, each in a folder of its own; null: in the journal
     */
    public Timeline(Journal journal, @Nullable Path cache) {
        this.journal = journal;
        isElsewhere = cache != null;
        files = new IndexFiles(journal.timelineFiles(cache == null ? null : cache.resolve(name(journal.directory()))));
        updater = new Updater(journal, files, parts);
    }

    private static String name(Path directory) {
        Path last = directory.getFileName();
        byte[] whole = directory.toString().getBytes(StandardCharsets.UTF_8);
        return (last == null ? "journal" : last.toString()) + "-" + Digest.hex(Digest.of(whole));
    }

    /**
     * Brings the index up to date, until it is, or until it is to stop; then the next call goes on from there. What can be read of the
     * journal but not be indexed is said by {@link Progress#problem}. A journal that takes the place of another one is begun anew.
     *
     * @param stop asked every few milliseconds
     * @throws io.sightlog.journal.JournalException when the journal cannot be read
     */
    public Progress refresh(BooleanSupplier stop) {
        try {
            updater.refresh(stop);
            thrown = null;
        } catch (RuntimeException | InternalError e) {
            thrown = e.getMessage() == null ? e.toString() : e.getMessage();
            throw e;
        }
        return progress();
    }

    /** How far the index is; what {@link #refresh} has thrown is its problem until it goes well again. Any thread. */
    public Progress progress() {
        Progress now = updater.progress();
        String problem = thrown;
        return problem == null ? now : now.with(problem);
    }

    /** Why its files cannot be written, in one line; null when they can, or when there is no journal yet to write them beside. Any thread. */
    public @Nullable String whyNotKept() {
        try {
            if (isElsewhere || journal.exists()) {
                files.folder.tryToWrite();
            }
            return null;
        } catch (JournalException e) {
            return e.getMessage();
        }
    }

    /** Where its files are. */
    public Path folder() {
        return files.folder.folder();
    }

    /** As below, with {@link #LANES} lanes. */
    public Answer query(long fromNanos, long toNanos, int maxColumns, Lanes by, Filter filter) {
        return query(fromNanos, toNanos, maxColumns, by, LANES, filter);
    }

    /**
     * Counts over a span. Columns of a second and more come from the index; shorter ones from the events themselves, of which a bounded
     * number is read. Any thread.
     *
     * @param fromNanos beginning, since the epoch; the first column begins there or earlier
     * @param toNanos end; the last column ends there or later
     * @param maxColumns 1 to 8,192; the width is the first of 1, 2, 5, 10, 15, 30 seconds, minutes and so on with which there are no more;
     *     a second, too, where a shorter one would be the first, but many events had to be read for it and there are 100 columns all the same
     * @param by what lanes are
     * @param maxLanes 1 to 100
     * @throws IllegalArgumentException when the span is none, or a number is out of its range
     * @throws io.sightlog.journal.JournalException when events are to be read, and cannot
     */
    public Answer query(long fromNanos, long toNanos, int maxColumns, Lanes by, int maxLanes, Filter filter) {
        if (maxLanes < 1 || maxLanes > MOST_LANES) {
            throw new IllegalArgumentException("lanes=" + maxLanes + ": 1 to " + MOST_LANES + " are needed");
        }
        Columns columns = Columns.of(fromNanos, toNanos, maxColumns);
        if (!columns.isOfSeconds()) {
            Columns seconds = columns.inSeconds(COLUMNS_ENOUGH);
            if (seconds == null || takesLittleReading(seconds)) {
                return scan(columns, by, maxLanes, filter);
            }
            columns = seconds;
        }
        Columns found = columns;
        return retried(() -> index(found, by, maxLanes, filter));
    }

    private boolean takesLittleReading(Columns seconds) {
        return retried(() -> {
            Amount amount = new Amount(seconds);
            Unknown unknown = new Unknown(seconds);
            read(seconds, amount, unknown);
            return amount.sum() <= FEW_TO_READ || !unknown.spans.isEmpty();
        });
    }

    /** Something that is made from the index. */
    private interface Look<T> {
        T take() throws IOException;
    }

    private <T> T retried(Look<T> look) {
        for (int attempt = 1; ; attempt++) {
            try {
                return look.take();
            } catch (BrokenException e) {
                updater.broken(e.part); // and then without it
            } catch (IOException e) {
                if (attempt >= MOST_ATTEMPTS) {
                    throw new IllegalStateException("the cycle that is written to changes with every look at it", e);
                }
            }
        }
    }

    private Answer scan(Columns columns, Lanes by, int maxLanes, Filter filter) {
        EventScan scan = new EventScan(columns, MOST_READ);
        scan.read(journal);
        Tally tally = new Tally(columns, by, filter, maxLanes);
        scan.to(tally);
        if (tally.needsChoice()) {
            tally.choose();
            scan.to(tally);
        }
        Answer.Span left = scan.left();
        return tally.answer(left == null ? List.of() : List.of(left), left != null, scan.damaged());
    }

    private Answer index(Columns columns, Lanes by, int maxLanes, Filter filter) throws IOException {
        Tally tally = new Tally(columns, by, filter, maxLanes);
        Unknown unknown = new Unknown(columns);
        long damaged = read(columns, tally, unknown);
        if (tally.needsChoice()) {
            tally.choose();
            damaged = read(columns, tally, new Unknown(columns));
        }
        return tally.answer(unknown.spans, false, damaged);
    }

    private long read(Columns columns, Cells cells, Unknown unknown) throws IOException {
        IndexFiles.Scratch scratch = new IndexFiles.Scratch();
        long width = columns.widthNanos() / Columns.SECOND;
        long from = columns.startNanos() / Columns.SECOND;
        long to = from + columns.count() * width;
        long[] damaged = new long[1];
        parts.walk(from, to, width, IndexHead.Of.MONTH, part -> {
            if (part instanceof Part.Filed filed) {
                try {
                    files.read(filed, width, from, to, scratch, cells);
                } catch (IOException e) {
                    throw new BrokenException(filed, e);
                }
                damaged[0] += filed.damaged();
            } else if (part instanceof Part.Open open) {
                damaged[0] += open.read(width, from, to, cells);
                unknown.add(open.knownTo(), open.cycle.startSeconds() + open.cycle.seconds());
            } else if (part instanceof Part.Missing missing) {
                unknown.add(
                        missing.cycle().startSeconds(),
                        missing.cycle().startSeconds() + missing.cycle().seconds());
            }
        });
        return damaged[0];
    }

    /** Spans of which nothing is known, neighbours as one. */
    private static final class Unknown {
        final List<Answer.Span> spans = new ArrayList<>();
        private final Columns columns;

        Unknown(Columns columns) {
            this.columns = columns;
        }

        void add(long fromSecond, long toSecond) {
            long from = Math.max(columns.startNanos(), nanos(fromSecond));
            long to = Math.min(columns.endNanos(), nanos(toSecond));
            if (from >= to) {
                return;
            }
            Answer.Span last = spans.isEmpty() ? null : spans.get(spans.size() - 1);
            if (last != null && last.toNanos() == from) {
                spans.set(spans.size() - 1, new Answer.Span(last.fromNanos(), to));
            } else {
                spans.add(new Answer.Span(from, to));
            }
        }

        private static long nanos(long second) {
            return second >= Long.MAX_VALUE / Columns.SECOND ? Long.MAX_VALUE : second * Columns.SECOND;
        }
    }

    /** For tests: the next {@link #refresh} looks at all files again, however short ago it has. */
    void lookAgain() {
        updater.lookAgain();
    }

    /** For tests: how many cycles were tried in vain. */
    int failedCycles() {
        return updater.failedCycles();
    }

    /** Closes what it has open. Its files stay. Not while another thread is in it. */
    @Override
    public void close() {
        updater.close();
    }
}

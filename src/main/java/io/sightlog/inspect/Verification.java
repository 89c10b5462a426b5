package io.sightlog.inspect;

import io.sightlog.event.Digest;
import io.sightlog.event.Event;
import io.sightlog.event.LabelSource;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.Position;
import io.sightlog.journal.Roll;
import io.sightlog.journal.audit.Audit;
import io.sightlog.journal.audit.Finding;
import io.sightlog.journal.audit.Finding.Kind;
import io.sightlog.journal.audit.KnownLosses;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether a journal is sound: all that {@link Audit} looks at, every producer's sequence, and the label sets that events refer to.
 * Findings are handed out as they come. Memory is bounded: at most {@value #MOST_PRODUCERS} producers and {@value
 * #MOST_LABEL_SETS} label sets are followed, and {@value SequenceLedger#MOST_OPEN} gaps of a producer kept open.
 */
public final class Verification {
    static final int MOST_PRODUCERS = 100_000;
    static final int MOST_LABEL_SETS = 100_000;
    private static final int MOST_LISTED = 100_000;

    private final Audit audit;
    private final Consumer<Finding> findings;
    private final Journal journal;
    private final LabelSource labels;
    private final Map<Long, SequenceLedger> producers = new HashMap<>();
    private final Set<Long> labelSets = new HashSet<>();
    private final KnownLosses known;
    private final List<KnownLosses.Range> wrongRanges = new ArrayList<>();
    private final List<Long> missingLabelSets = new ArrayList<>();
    private long lastProducer;
    private @Nullable SequenceLedger lastLedger;
    private long lastLabelSet;
    private long damages;
    private long losses;
    private long notes;
    private long knownLosses;
    private long unread;
    private boolean tooMany;

    /** Who does something with the sound events. */
    public interface Events {
        /** See {@link Audit.Sink#event}. */
        void event(Event event, boolean readable);
    }

    /**
     * For what readers see.
     *
     * @param first null for the start
     * @param last null for the end
     * @param findings is told each finding
     * @param progress is told how many more bytes were looked at
     */
    public Verification(
            Journal journal,
            @Nullable Position first,
            @Nullable Position last,
            Consumer<Finding> findings,
            LongConsumer progress) {
        this(journal, first, last, findings, progress, null);
    }

    /**
     * For all that is sound: numbers that no reader sees, but {@code events} does, are not lost.
     *
     * @param events is told each sound event, in their order
     */
    public Verification(Journal journal, Consumer<Finding> findings, LongConsumer progress, Events events) {
        this(journal, null, null, findings, progress, events);
    }

    private Verification(
            Journal journal,
            @Nullable Position first,
            @Nullable Position last,
            Consumer<Finding> findings,
            LongConsumer progress,
            @Nullable Events events) {
        this.findings = findings;
        this.journal = journal;
        this.labels = journal.labels();
        this.known = KnownLosses.of(journal.directory());
        this.audit = new Audit(journal, first, last, new Audit.Sink() {
            @Override
            public void event(Event event, boolean readable) {
                if (readable || events != null) {
                    saw(event);
                }
                if (events != null) {
                    events.event(event, readable);
                }
            }

            @Override
            public void finding(Finding finding) {
                tell(finding);
            }

            @Override
            public void progress(long bytes) {
                progress.accept(bytes);
            }
        });
    }

    /** How the journal rolls, by its metadata or the names of its files; null when neither says. */
    public @Nullable Roll roll() {
        return audit.roll();
    }

    /** How many bytes there are to look at. */
    public long bytes() {
        return audit.bytes();
    }

    /** Does it. */
    public void run() {
        audit.run();
        id();
        producers.values().forEach(SequenceLedger::end);
        if (known.recoveredFindings() > 0) {
            String text = "recovered with " + known.recoveredFindings() + " findings of what could not be saved";
            tell(new Finding(Kind.KNOWN_LOSS, "sightlog.losses", null, null, text));
        }
        if (known.prunedCycles() > 0) {
            tell(new Finding(
                    Kind.PRUNED,
                    "sightlog.pruned",
                    null,
                    null,
                    String.format(
                            Locale.ROOT,
                            "%,d cycles with %,d excerpts",
                            known.prunedCycles(),
                            known.prunedExcerpts())));
        }
    }

    private void id() {
        try {
            journal.id();
        } catch (JournalException e) {
            Kind kind = e instanceof FileAccessException ? Kind.UNREAD : Kind.ID;
            tell(new Finding(kind, "sightlog.id", null, null, String.valueOf(e.getMessage())));
        }
    }

    private void saw(Event event) {
        long producer = event.producer();
        if (producer != lastProducer || lastLedger == null) {
            lastLedger = ledger(producer);
            lastProducer = producer;
        }
        if (lastLedger != null) {
            lastLedger.saw(event.sequence(), event.index(), event.place());
        }
        if (!event.hasGoodTexts()) {
            Position here = new Position(event.index(), event.place());
            tell(new Finding(Kind.TEXT, "", here, null, "a text in it is not good UTF-8: nobody hands it on"));
        }
        long labelSet = event.labelSetHash();
        if (labelSet != lastLabelSet && !event.saysItself()) {
            lastLabelSet = labelSet;
            if (labelSet != 0 && labelSets.size() < MOST_LABEL_SETS && labelSets.add(labelSet)) {
                look(event, labelSet);
            }
        }
    }

    private @Nullable SequenceLedger ledger(long producer) {
        SequenceLedger ledger = producers.get(producer);
        if (ledger == null) {
            if (producers.size() >= MOST_PRODUCERS) {
                if (!tooMany) {
                    tooMany = true;
                    tell(new Finding(
                            Kind.SEQUENCE_UNCHECKED,
                            "",
                            null,
                            null,
                            "more than " + MOST_PRODUCERS + " producers: the numbers of the others are not checked"));
                }
                return null;
            }
            ledger = new SequenceLedger((what, from, to, firstAt, lastAt) -> {
                if (unread == 0 || what != SequenceLedger.What.LOST) { // else they may be where nothing was read
                    tell(sequence(producer, what, from, to, firstAt, lastAt));
                }
            });
            producers.put(producer, ledger);
        }
        return ledger;
    }

    private Finding sequence(
            long producer, SequenceLedger.What what, long from, long to, Position firstAt, Position lastAt) {
        String numbers = to == from ? "number " + from : "numbers " + from + " to " + to + " (" + (to - from + 1) + ")";
        String text = String.format(Locale.ROOT, "producer %016x: %s ", producer, numbers);
        KnownLosses.Range range = new KnownLosses.Range(KnownLosses.What.valueOf(what.name()), producer, from, to);
        if (wrongRanges.size() < MOST_LISTED) {
            wrongRanges.add(range);
        }
        if (known.covers(range)) {
            String word = what.name().toLowerCase(Locale.ROOT);
            return new Finding(Kind.KNOWN_LOSS, "", firstAt, lastAt, text + word + ", as sightlog.losses says");
        }
        return switch (what) {
            case LOST ->
                new Finding(
                        Kind.SEQUENCE_LOST,
                        "",
                        firstAt,
                        lastAt,
                        text + "missing; the event after them is at this position");
            case REPEATED -> new Finding(Kind.SEQUENCE_REPEATED, "", firstAt, lastAt, text + "there before");
            case REORDERED -> new Finding(Kind.SEQUENCE_REORDERED, "", firstAt, lastAt, text + "after higher ones");
        };
    }

    private void look(Event event, long labelSet) {
        if (labels.find(labelSet) != null) {
            return;
        }
        if (labels.problem(labelSet) != null) {
            list(labelSet);
            return; // told with the catalogue
        }
        list(labelSet);
        Position here = new Position(event.index(), event.place());
        tell(new Finding(
                known.coversLabelSet(labelSet) ? Kind.KNOWN_LOSS : Kind.LABELS_MISSING,
                "catalogue/" + Digest.hex(labelSet) + ".yaml",
                here,
                null,
                "this label set is not there; the first event that refers to it is at this position"));
    }

    private void list(long labelSet) {
        if (missingLabelSets.size() < MOST_LISTED) {
            missingLabelSets.add(labelSet);
        }
    }

    private void tell(Finding finding) {
        knownLosses += finding.kind() == Kind.KNOWN_LOSS || finding.kind() == Kind.PRUNED ? 1 : 0;
        if (finding.kind() == Kind.UNREAD) {
            unread++;
        } else if (finding.isDamage()) {
            damages++;
            losses += isLoss(finding.kind()) ? 1 : 0;
        } else {
            notes++;
        }
        findings.accept(finding);
    }

    /** What a copy of all that is sound does not have: events, and what is beside them. */
    private static boolean isLoss(Kind kind) {
        return kind.weight() == Finding.Weight.LOSS
                || kind == Kind.CATALOGUE
                || kind == Kind.LABELS_MISSING
                || kind == Kind.FRAME
                || kind == Kind.CONSUMER;
    }

    /** Sound events that were read. */
    public long events() {
        return audit.events();
    }

    /** Sound events that no reader sees, since they lie behind damage. */
    public long salvageable() {
        return audit.salvaged();
    }

    /** Pictures that events point at and that are here and sound. */
    public long frames() {
        return audit.frames();
    }

    /** Pictures that events point at and that are not here, which is no damage. */
    public long framesNotHere() {
        return audit.framesNotHere();
    }

    /** Kept pictures that no event points at; 0 when only a part of the journal was looked at. */
    public long orphanFrames() {
        return audit.orphanFrames();
    }

    public int files() {
        return audit.files();
    }

    /** Producers whose numbers were followed. */
    public int producers() {
        return producers.size();
    }

    /** Numbers of producers that are not as they should be, for the list that a copy gets. */
    public List<KnownLosses.Range> wrongRanges() {
        return List.copyOf(wrongRanges);
    }

    /** Label sets that events refer to and that cannot be read, likewise. */
    public List<Long> missingLabelSets() {
        return List.copyOf(missingLabelSets);
    }

    /** Of the notes, those that say that events were here once, and that this is known. */
    public long knownLosses() {
        return knownLosses;
    }

    /** Findings that make it not sound. */
    public long damages() {
        return damages;
    }

    /** Those of them that a copy of all that is sound does not mend. */
    public long losses() {
        return losses;
    }

    /** How much could not be read, so that nobody knows whether it is sound. */
    public long unread() {
        return unread;
    }

    /** The others. */
    public long notes() {
        return notes;
    }
}

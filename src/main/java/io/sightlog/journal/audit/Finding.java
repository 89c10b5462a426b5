package io.sightlog.journal.audit;

import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Position;
import org.jspecify.annotations.Nullable;

/**
 * Something in a journal that is not as it should be.
 *
 * @param kind what it is about
 * @param file the file it is in, relative to the journal; the journal's own name is empty
 * @param first the first position concerned, null when it is about none
 * @param last the last one; null when that is not known, or it is about none
 * @param text one line for people: what is wrong, and how much of it
 */
public record Finding(
        Kind kind,
        String file,
        @Nullable Position first,
        @Nullable Position last,
        String text) {
    /** How much it matters. */
    public enum Weight {
        /** Events that were there cannot be read. */
        LOSS,
        /** Something is damaged; the events are there. */
        DAMAGE,
        /** Worth knowing: also a journal that is sound may have it. */
        NOTE,
        /** The system could not read it: nothing is known of what is in it. */
        ERROR
    }

    /** What it is about. */
    public enum Kind {
        /** An event, or all of a batch, is not what was written. */
        EVENT(Weight.LOSS),
        /** Documents of a file cannot be followed, or fewer are there than the file says. */
        STRUCTURE(Weight.LOSS),
        /** The header of a document is wrong; the event after it is sound. */
        HEADER(Weight.DAMAGE),
        /** The index of a file does not lead where it should. */
        INDEX(Weight.DAMAGE),
        /** What a file says of its own end is wrong. */
        COUNTER(Weight.DAMAGE),
        /** A file cannot be read as a cycle. */
        FILE_HEADER(Weight.LOSS),
        /** A file is not there that should be. */
        FILE_MISSING(Weight.LOSS),
        /** A file without a header in which nothing was written. */
        FILE_UNREADY(Weight.NOTE),
        /** A file that is none of a journal's. */
        FILE_UNKNOWN(Weight.NOTE),
        /** Time of append runs backwards, or does not fit to the file. */
        ORDER(Weight.DAMAGE),
        /** A file, or all of it from some place on, could not be opened, mapped or read: see {@link FileAccessException}. */
        UNREAD(Weight.ERROR),
        /** {@code metadata.cq4t}. */
        METADATA(Weight.DAMAGE),
        /** {@code sightlog.writers} or {@code sightlog.pruned}: no producer can use it as it is. */
        SHARED_FILE(Weight.DAMAGE),
        /** {@code sightlog.id}. */
        ID(Weight.DAMAGE),
        /** {@code sightlog.signal}. */
        SIGNAL(Weight.DAMAGE),
        /** {@code sightlog.signal} and the newest event do not agree: a writer died in an append, or newer events are missing. */
        UNFINISHED(Weight.NOTE),
        /** Older files were pruned, or are lost. */
        BEGINNING(Weight.NOTE),
        /** A producer's numbers are missing. */
        SEQUENCE_LOST(Weight.LOSS),
        /** A producer's numbers are there twice. */
        SEQUENCE_REPEATED(Weight.DAMAGE),
        /** A producer's numbers come after higher ones. */
        SEQUENCE_REORDERED(Weight.DAMAGE),
        /** Something is missing that is listed as lost when the journal was recovered. */
        KNOWN_LOSS(Weight.NOTE),
        /** Cycles were pruned. */
        PRUNED(Weight.NOTE),
        /** There are more producers than are followed. */
        SEQUENCE_UNCHECKED(Weight.NOTE),
        /** A label set is not what its name says. */
        CATALOGUE(Weight.DAMAGE),
        /** The labels that an event carries itself are none. */
        OWN_LABELS(Weight.DAMAGE),
        /** A kept frame, live source, origin or answered event of an event cannot be what it says. */
        SECTION(Weight.DAMAGE),
        /** The picture that an event points at is not what was kept, or not there where it must be. */
        FRAME(Weight.DAMAGE),
        /** A file of kept frames has a damaged header, or is a link. */
        FRAME_FILE(Weight.DAMAGE),
        /** A file of kept frames may be pruned before the events that point into it. */
        FRAME_CYCLE(Weight.NOTE),
        /** A label set is not there, and events refer to it. */
        LABELS_MISSING(Weight.DAMAGE),
        /** A text of an event is no UTF-8. */
        TEXT(Weight.DAMAGE),
        /** A consumer's position is damaged, or past the end. */
        CONSUMER(Weight.DAMAGE);

        private final Weight weight;

        Kind(Weight weight) {
            this.weight = weight;
        }

        public Weight weight() {
            return weight;
        }

        /** As output names it. */
        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    /** Whether a journal with it is not sound. */
    public boolean isDamage() {
        return kind.weight() == Weight.LOSS || kind.weight() == Weight.DAMAGE;
    }
}

package io.sightlog.journal.internal.read;

import io.sightlog.event.EventLayout;
import io.sightlog.event.Memory;
import io.sightlog.journal.internal.format.BatchLayout;
import io.sightlog.journal.internal.format.DocumentHeader;
import io.sightlog.journal.internal.format.ExcerptIndex;
import io.sightlog.journal.internal.format.Filler;

/**
 * A place in a cycle's file, moving over its documents in order. Allocates nothing but at damage. One thread at a time.
 *
 * <p>Headers have no checksum, and one that is wrong would lead astray, or to an early end. So what is inside a document is
 * compared with its header: where they do not agree, what follows decides which of them is right; see {@link #doubtful}.
 */
public final class CycleCursor {
    /** Nothing is written here yet. */
    public static final int NOTHING = 0;
    /** A document is here: {@link #payload} and {@link #length} are its. */
    public static final int DATA = 1;
    /** The cycle has ended: the next event is in another file. */
    public static final int ENDED = 2;
    /** What is here leads nowhere, or the file says that there is more than can be found from here. */
    public static final int BROKEN = 3;

    private static final int AGAIN = -1;
    public static final int MAX_DOCUMENT_BYTES = EventLayout.MAX_EVENT_BYTES + 4096;
    /** How often nothing is found before the file is asked again whether there should be something. */
    private static final int QUIET_LOOKS = 256;

    private final CycleFile file;
    private final NextDocument next;
    private long position;
    private long sequence;
    private long payload;
    private int length;
    /** From the header to the next one. */
    private long step;
    /** How often still. The words to ask are on a line that the writer stores to; who waits must not fetch it all the time. */
    private int quietLooks;

    /** Whether documents that say that they are events are looked at more closely. */
    private boolean closely;
    /** Whether all of them are checked. */
    private boolean careful;
    /** Whether lengths are believed, to see where that leads. */
    private boolean believing;
    /** Whether one was that may be wrong by the number of a document. */
    private boolean doubted;
    /** Whether numbers count from the document that was begun at, whose number is not known. */
    private boolean unnumbered;
    /** A document that must not be passed, and what the file said of its end when that was found. */
    private long brokenAt = -1;

    private int brokenHeader;
    private long brokenClaimed;
    /** How the numbers of documents up to a byte agree with what the file says. */
    private int judged;

    private long judgedTo;

    CycleCursor(CycleFile file) {
        this.file = file;
        this.next = new NextDocument(file);
    }

    CycleFile file() {
        return file;
    }

    public void at(long documentPosition, long documentSequence) {
        position = documentPosition;
        sequence = documentSequence;
        quietLooks = 0;
        judgedTo = 0;
        next.reset();
    }

    /** From now on, or not any more, every document is checked, so that none is passed that leads over others. */
    public void carefully(boolean from) {
        careful = from;
        closely = from || brokenAt >= 0;
    }

    boolean isCareful() {
        return careful;
    }

    /** From now on lengths are believed. */
    void believe() {
        believing = true;
    }

    /** Whether it has passed one that may be more than one document, or one that has a number. */
    boolean hasDoubted() {
        return doubted;
    }

    /** For a document whose number is not known: from it numbers count up from 0. */
    void atUnnumbered(long documentPosition) {
        at(documentPosition, 0);
        unnumbered = true;
        carefully(true);
    }

    /** The next look at nothing asks the file, too. */
    void lookClosely() {
        quietLooks = 0;
    }

    /** Number of the document in its cycle, from 0. */
    public long sequence() {
        return sequence;
    }

    public long index() {
        return ExcerptIndex.of(file.cycle(), sequence);
    }

    /** Byte in the file at which the next header is. */
    public long position() {
        return position;
    }

    /** Whether somebody writes here to another copy of the file than is mapped. */
    boolean isStale() {
        return file.isStale(position);
    }

    public long payload() {
        return payload;
    }

    public int length() {
        return length;
    }

    /** Looks at what is here, past index pages. */
    public int peek() {
        while (true) {
            long at = file.address(position, 4);
            int header = at == 0 ? 0 : Memory.getIntAcquire(at);
            if (header > 0 && header <= MAX_DOCUMENT_BYTES) {
                payload = file.address(position + 4, header);
                if (payload != 0 && says(payload, header)) {
                    length = header;
                    step = DocumentHeader.step(header);
                    return closely ? closer(header) : DATA;
                }
            }
            int found = header == 0 || header == DocumentHeader.END_OF_CYCLE ? end(header) : doubtful(header);
            if (found >= 0) {
                return found;
            }
        }
    }

    /** What says that it is an event: it may be passed when it is a sound one, or holds none, or the numbers say so. */
    private int closer(int header) {
        if (isKnownBroken(header)) {
            return BROKEN;
        }
        return !careful || file.jumps().isSound(position + 4, length) || mayPass(length, 1) ? DATA : broken(header);
    }

    private boolean isKnownBroken(int header) {
        return position == brokenAt && header == brokenHeader && file.claimedPosition() == brokenClaimed;
    }

    private int broken(int header) {
        brokenAt = position;
        brokenHeader = header;
        brokenClaimed = file.claimedPosition();
        closely = true;
        return BROKEN;
    }

    /** Over a page of the index, or the header of the file: only when no sound event lies in it, or the numbers say so. */
    private boolean mayPassPage(int bytes) {
        return believing || !holdsEvent(bytes) || (!unnumbered && judge(bytes, 0) == Jumps.AGREES);
    }

    /**
     * Over another document that is not sound: only when what follows has the number that the file says, or, as far as it says none that
     * can be reached, when no document with a sound event begins in it, and its length is borne out by what is inside, or nothing
     * follows that would get a wrong number.
     *
     * @param counts 1 when it has a number, else 0
     */
    private boolean mayPass(int bytes, int counts) {
        if (believing) {
            doubted |= counts == 0 ? !isGap(bytes) : holdsEvent(bytes);
            return true;
        }
        boolean holds = holdsEvent(bytes);
        if (unnumbered) {
            return !holds && isBorneOut(bytes, counts);
        }
        return switch (judge(bytes, counts)) {
            case Jumps.AGREES -> true;
            case Jumps.LAST -> isBorneOut(bytes, counts) || isLast(bytes);
            case Jumps.UNKNOWN -> !holds && (isBorneOut(bytes, counts) || isLast(bytes));
            case Jumps.LOST -> !holds && isBorneOut(bytes, counts);
            default -> false;
        };
    }

    private boolean isBorneOut(int bytes, int counts) {
        if (counts == 0) {
            return isGap(bytes);
        }
        long at = file.address(position + 4, bytes);
        return at != 0 && Insides.bearOut(at, bytes);
    }

    /** Whether no document is published after one. */
    private boolean isLast(int bytes) {
        long at = file.address(DocumentHeader.next(position, bytes), 4);
        int header = at == 0 ? 0 : Memory.getIntAcquire(at);
        return header == 0 || (header & DocumentHeader.IN_PROGRESS) != 0;
    }

    private boolean holdsEvent(int bytes) {
        return file.jumps().isEventBetween(position + 4, DocumentHeader.next(position, bytes));
    }

    private int judge(int bytes, int counts) {
        if (position >= judgedTo) {
            judged = file.jumps().judge(position, DocumentHeader.next(position, bytes), sequence + counts);
            judgedTo = file.jumps().judgedTo();
        }
        return judged;
    }

    /**
     * Back to the document that was left last, which is not sound.
     *
     * @return false when it may be passed, and then the cursor stays where it is
     */
    boolean back() {
        long after = position;
        position -= step;
        sequence--;
        if (mayPass(length, 1)) {
            position = after;
            sequence++;
            return false;
        }
        broken(headerHere());
        return true;
    }

    /** Whether what is inside a document says that it is an event of this size, so that its header is right. */
    static boolean says(long at, int bytes) {
        return bytes >= BatchLayout.HEADER_BYTES
                && Memory.getInt(at + EventLayout.MAGIC_OFFSET) == EventLayout.MAGIC
                && Memory.getInt(at + EventLayout.TOTAL_BYTES) == bytes;
    }

    /**
     * No document here, as it seems. What the file says of itself is written after the document: when it says more, and the
     * header is still as it was, then something is missing.
     */
    private int end(int header) {
        if (header == 0 && quietLooks > 0) {
            quietLooks--;
            return NOTHING;
        }
        if (file.claimsMore(position, sequence)) {
            return headerHere() == header ? BROKEN : AGAIN;
        }
        if (!believing && file.jumps().isFalseEnd(position, header)) {
            return headerHere() == header ? BROKEN : AGAIN;
        }
        quietLooks = header == 0 ? QUIET_LOOKS : 0;
        return header == DocumentHeader.END_OF_CYCLE ? ENDED : NOTHING;
    }

    private int headerHere() {
        return file.header(position);
    }

    /** Any other header: an index page, somebody else's document, one that is being written, or damage. */
    private int doubtful(int header) {
        if (DocumentHeader.isInProgress(header) && !file.claimsMore(position, sequence)) {
            return end(header);
        }
        if (isKnownBroken(header)) {
            return BROKEN;
        }
        int found = document(header);
        return found == BROKEN ? broken(header) : found;
    }

    private int document(int header) {
        int bytes = DocumentHeader.length(header);
        long at = bytes == 0 || bytes > MAX_DOCUMENT_BYTES ? 0 : file.address(position + 4, bytes);
        if (at != 0 && says(at, bytes)) {
            data(bytes); // an event, whatever the flags of its header say
            return closely ? closer(header) : DATA;
        }
        if (at != 0 && position > 0 && file.index().isPage(at, bytes)) {
            return mayPassPage(bytes) ? pass(bytes) : BROKEN;
        }
        if (at != 0 && position > 0 && file.index().hasPageName(at, bytes)) {
            return BROKEN; // a page of another size: what its header leads to may lie after events
        }
        if (at != 0 && position == 0) {
            return next.isPlausible(DocumentHeader.step(bytes), 0, true) && mayPassPage(bytes) ? pass(bytes) : BROKEN;
        }
        return byWhatFollows(at == 0 ? 0 : bytes, DocumentHeader.isMetadata(header));
    }

    /** Over one that has no number. */
    private int pass(int bytes) {
        position = DocumentHeader.next(position, bytes);
        return AGAIN;
    }

    /**
     * The length of a sound event that leads to a document, whatever the header says. Else the shorter one of what the header
     * and the event say, when a document follows there: the longer one could skip some. At last that of a sound event.
     *
     * @param headerBytes what the header says, 0 when that cannot be
     */
    private int byWhatFollows(int headerBytes, boolean metadata) {
        int own = ownBytes();
        boolean sound = own != 0 && !believing && file.jumps().isSound(position + 4, own);
        if (sound && next.follows(position, own, false)) {
            return data(own);
        }
        int shorter = own == 0 || (headerBytes != 0 && headerBytes < own) ? headerBytes : own;
        int longer = Math.max(own, headerBytes);
        boolean noNumber = metadata && own == 0;
        int bytes = next.follows(position, shorter, noNumber)
                ? shorter
                : next.follows(position, longer, noNumber) ? longer : 0;
        if (noNumber) {
            return bytes != 0 && (!unnumbered || isGap(bytes)) && mayPass(bytes, 0) ? pass(bytes) : BROKEN;
        }
        if (bytes == 0
                && headerBytes != 0
                && next.leadsOn(position, DocumentHeader.next(position, headerBytes), believing)) {
            bytes = headerBytes;
        }
        if (bytes != 0 && !unnumbered && mayPass(bytes, 1)) {
            return data(bytes);
        }
        return sound ? data(own) : BROKEN;
    }

    /** What is laid over a gap in a hole that needs no {@link Filler}. */
    private boolean isGap(int bytes) {
        long at = file.address(position + 4, bytes);
        return bytes >= 24 && Memory.getLong(at) == 0 && Memory.getLong(at + 8) == 0 && Memory.getLong(at + 16) == 0;
    }

    private int data(int bytes) {
        payload = file.address(position + 4, bytes);
        length = bytes;
        step = DocumentHeader.step(bytes);
        return DATA;
    }

    /** What an event here says of its own size; 0 when there is none, or it cannot be. */
    private int ownBytes() {
        long at = file.address(position + 4, EventLayout.HEADER_BYTES);
        return at == 0 ? 0 : ownBytes(at);
    }

    /** Likewise, of what would be the event's header. */
    static int ownBytes(long at) {
        if (Memory.getInt(at + EventLayout.MAGIC_OFFSET) != EventLayout.MAGIC) {
            return 0;
        }
        int own = Memory.getInt(at + EventLayout.TOTAL_BYTES);
        return own >= BatchLayout.HEADER_BYTES && own <= EventLayout.MAX_EVENT_BYTES && (own & 3) == 0 ? own : 0;
    }

    /** Whether the header of the document here says what it should. Looks at it again. */
    public boolean isHeaderSound() {
        return Memory.getIntAcquire(file.address(position, 4)) == length;
    }

    /** Moves past the document that {@link #peek} found. */
    public void advance() {
        position += step;
        sequence++;
    }

    /**
     * Moves to where documents go on after a break.
     *
     * @return false when there is no such place, or nobody can say what numbers it has; then the cursor stays
     */
    public boolean resync() {
        Resync found = file.resync();
        if (found == null || found.brokenAt() != position || !found.isStill(file)) {
            found = Resync.behind(file, position, sequence);
            file.resync(found);
        }
        if (found.position() == 0) {
            return false;
        }
        at(found.position(), found.sequence());
        return true;
    }

    /** Moves to a document by its number; true when it is there, false when the cursor stands at the end, or at a break. */
    public boolean to(long wanted) {
        return IndexLookup.to(this, wanted);
    }

    /** Moves past the last document there is, past breaks. */
    public void toEnd() {
        IndexLookup.toEnd(this);
    }

    /** Walks on to a number, without passing a break; true when it is at that position then. */
    boolean reaches(long wanted, long there) {
        while (sequence <= wanted && position <= there && peek() == DATA) {
            if (sequence == wanted) {
                return position == there;
            }
            advance();
        }
        return false;
    }

    /** Walks on past the last document that follows without a break, and says where that is. */
    public long endOfWritten() {
        while (peek() == DATA) {
            advance();
        }
        return position;
    }

    /** Likewise, document by document from here. */
    void walkToEnd() {
        while (true) {
            int found = peek();
            if (found == DATA) {
                advance();
            } else if (found != BROKEN || !resync()) {
                return;
            }
        }
    }
}

package io.sightlog.event;

import static io.sightlog.event.EventLayout.*;

import io.sightlog.event.UnreadableEventException.Cause;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A view of one event where it lies.
 *
 * <p>A reader owns one and points it at event after event: what it shows is valid until the call that handed it out
 * returns. Copy what must live longer, with {@link #detection} and the texts, which are Strings. One thread at a time;
 * getters allocate nothing, apart from texts that were not seen lately and {@link #detection}.
 *
 * <p>{@link #wrap} checks magic, version, sizes and checksum first, so a getter never gives a value out of damaged bytes.
 */
public final class Event {
    /** What a view shows that is used too long: better zeros than memory that is not there any more. */
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(HEADER_BYTES);

    private static final long NOTHING_ADDRESS = Memory.addressOf(NOTHING);

    private final Crc32c crc = new Crc32c();
    private final TextCache texts = new TextCache();
    private final LabelSource labelSource;

    private long address = NOTHING_ADDRESS;
    private int totalBytes;
    private int headerBytes;
    private int detectionBytes;
    private int detectionCount;
    private int sectionCount;
    private long sections;
    /** Whether it says itself what its class ids mean. */
    private boolean ownLabels;

    private long index;
    private int place;

    private @Nullable String inlineText;
    private @Nullable String inlineModel;
    private @Nullable LabelSet inlineLabels;

    public Event(LabelSource labelSource) {
        this.labelSource = labelSource;
    }

    /**
     * Points this view at an event and checks all of it.
     *
     * @param at address of its first byte; the bytes must stay mapped while this view is used
     * @param available bytes that may be read there; the event must fill them exactly
     * @throws UnreadableEventException when it is foreign, newer or damaged; the view is then unusable until the next call
     */
    public void wrap(long at, int available) {
        wrap(at, available, true);
    }

    /** Likewise, for bytes that the caller knows to be as they were written: all is checked but the checksum. */
    public void wrapSound(long at, int available) {
        wrap(at, available, false);
    }

    private void wrap(long at, int available, boolean checksum) {
        unwrap();
        if (available < HEADER_BYTES) {
            if (available >= 8 && Memory.getInt(at + MAGIC_OFFSET) == MAGIC) {
                throw new UnreadableEventException(
                        Cause.DAMAGED, "an event has at least " + HEADER_BYTES + " bytes, this has " + available);
            }
            throw foreign(available);
        }
        if (Memory.getInt(at + MAGIC_OFFSET) != MAGIC) {
            throw foreign(available);
        }
        int total = Memory.getInt(at + TOTAL_BYTES);
        if (total != available) {
            throw newerOr(at, available, "it says it has " + total + " bytes, and there are " + available);
        }
        if (checksum) {
            int stored = Memory.getInt(at + CRC);
            int computed = crc.of(at + 4, total - 4);
            if (computed != stored) {
                throw newerOr(at, available, String.format("checksum is %08x, its bytes give %08x", stored, computed));
            }
        }
        int version = Memory.getByte(at + VERSION_OFFSET) & 0xff;
        if (version != VERSION) {
            throw newer(version);
        }
        if (Memory.getByte(at + KIND) == EventKind.BATCH.code()) {
            throw damaged("a batch is where one event should be");
        }
        if (!EventKind.known(Memory.getByte(at + KIND))) {
            throw new UnreadableEventException(
                    Cause.NEWER,
                    "its kind is " + Memory.getByte(at + KIND)
                            + ", known are 1..4; a newer Sightlog may have written it");
        }
        checkParts(at, total);
        address = at;
        totalBytes = total;
    }

    /** Points this view at nothing: an event without detections and texts, all zeros, and of no kind. */
    public void unwrap() {
        address = NOTHING_ADDRESS;
        totalBytes = 0;
        detectionCount = 0;
        sectionCount = 0;
        ownLabels = false;
    }

    private void checkParts(long at, int total) {
        int header = Memory.getShort(at + HEADER_BYTES_OFFSET) & 0xffff;
        int record = Memory.getShort(at + DETECTION_BYTES_OFFSET) & 0xffff;
        int count = Memory.getInt(at + DETECTION_COUNT);
        int sectionEntries = Memory.getShort(at + SECTION_COUNT) & 0xffff;
        if (header < HEADER_BYTES
                || record < DETECTION_BYTES
                || count < 0
                || count > MAX_DETECTIONS
                || sectionEntries > MAX_SECTIONS) {
            throw damaged("headerBytes=" + header + " detectionBytes=" + record + " detectionCount=" + count
                    + " sectionCount=" + sectionEntries);
        }
        long table = header + (long) count * record;
        long end = table + (long) sectionEntries * SECTION_ENTRY_BYTES;
        if (end > total) {
            throw damaged("detections and sections need " + end + " bytes, it has " + total);
        }
        boolean named = false;
        for (int i = 0; i < sectionEntries; i++) {
            long entry = at + table + (long) i * SECTION_ENTRY_BYTES;
            long offset = Memory.getInt(entry + 4) & 0xffffffffL;
            long bytes = Memory.getInt(entry + 8) & 0xffffffffL;
            int type = Memory.getInt(entry);
            named |= type == SECTION_LABELS || type == SECTION_MODEL;
            if (offset < end || offset + bytes > total) {
                throw damaged("section " + i + " is at " + offset + " with " + bytes + " bytes, outside " + end + ".."
                        + total);
            }
        }
        headerBytes = header;
        detectionBytes = record;
        detectionCount = count;
        sectionCount = sectionEntries;
        sections = at + table;
        ownLabels = named;
    }

    /** Where the reader found it. */
    public void at(long excerptIndex, int placeInBatch) {
        index = excerptIndex;
        place = placeInBatch;
    }

    /** Index of the excerpt in the journal. */
    public long index() {
        return index;
    }

    /** Place inside a batch, 0 outside batches. */
    public int place() {
        return place;
    }

    /** @throws IllegalStateException when this view points at no event */
    public EventKind kind() {
        if (totalBytes == 0) {
            throw new IllegalStateException(
                    "this view shows no event: it is valid until the call that handed it out returns");
        }
        return EventKind.of(Memory.getByte(address + KIND));
    }

    /** Random id of the producer, never 0. */
    public long producer() {
        return Memory.getLong(address + PRODUCER);
    }

    /** Number of this event among its producer's, from 0, without gaps. */
    public long sequence() {
        return Memory.getLong(address + SEQUENCE);
    }

    /** When it was appended, in nanoseconds since the epoch; never runs backwards in a journal. */
    public long appendedNanos() {
        return Memory.getLong(address + APPENDED_NANOS);
    }

    /** When the frame was captured, or the message sent, in nanoseconds since the epoch. */
    public long capturedNanos() {
        return Memory.getLong(address + CAPTURED_NANOS);
    }

    /** Position in the video in nanoseconds, 0 for a picture. */
    public long positionNanos() {
        return Memory.getLong(address + POSITION_NANOS);
    }

    /** Number of the frame in the original video, from 0; 0 for a picture. */
    public long frame() {
        return Memory.getLong(address + FRAME);
    }

    /** Hash of the label set, 0 for none. {@link Digest#hex} of it names the file in the catalogue. */
    public long labelSetHash() {
        return Memory.getLong(address + LABEL_SET);
    }

    /** Digest of the frame, 0 when unknown. */
    public long digest() {
        return Memory.getLong(address + DIGEST);
    }

    /** Width of the picture in pixels after rotation, 0 when unknown. */
    public int width() {
        return Memory.getInt(address + WIDTH);
    }

    /** Height of the picture in pixels after rotation, 0 when unknown. */
    public int height() {
        return Memory.getInt(address + HEIGHT);
    }

    /** How long decoding the picture took, in nanoseconds. */
    public long decodeNanos() {
        return Memory.getLong(address + DECODE_NANOS);
    }

    /** How long inference took, in nanoseconds. */
    public long inferNanos() {
        return Memory.getLong(address + INFER_NANOS);
    }

    /** Absolute path or URI of what was opened. */
    public String source() {
        return text(SECTION_SOURCE);
    }

    /** Name of the camera or job, may be empty. */
    public String stream() {
        return text(SECTION_STREAM);
    }

    /** Why a frame was not looked at; empty for anything but a skip. */
    public String reason() {
        return text(SECTION_REASON);
    }

    /** What a message is about; empty for anything else. */
    public String topic() {
        return text(SECTION_TOPIC);
    }

    /** What a text message says; empty for anything else. A long one, of more than 64 KiB, is decoded anew each time. */
    public String text() {
        return isBinary() ? "" : text(SECTION_TEXT);
    }

    /** Whether it is a message that holds bytes and no text. */
    public boolean isBinary() {
        return section(SECTION_BINARY) >= 0;
    }

    /** Size of what a message holds: its bytes, or the UTF-8 of its text. */
    public int contentBytes() {
        int i = contentSection();
        return i < 0 ? 0 : sectionBytes(i);
    }

    /** A copy of what a message holds: its bytes, or the UTF-8 of its text. Allocates. */
    public byte[] content() {
        int i = contentSection();
        return i < 0 ? new byte[0] : sectionContent(i);
    }

    /**
     * Copies what a message holds into an array.
     *
     * @return how many bytes: {@link #contentBytes}
     * @throws IndexOutOfBoundsException when they do not fit; nothing was copied
     */
    public int content(byte[] into, int offset) {
        int i = contentSection();
        int bytes = i < 0 ? 0 : sectionBytes(i);
        Objects.checkFromIndexSize(offset, bytes, into.length);
        if (bytes > 0) {
            Memory.copy(sectionAddress(i), into, offset, bytes);
        }
        return bytes;
    }

    private int contentSection() {
        int i = section(SECTION_BINARY);
        return i < 0 ? section(SECTION_TEXT) : i;
    }

    public int detectionCount() {
        return detectionCount;
    }

    public int classId(int detection) {
        return Memory.getInt(record(detection) + CLASS_ID);
    }

    /** 0..1 */
    public float confidence(int detection) {
        return Memory.getFloat(record(detection) + CONFIDENCE);
    }

    /** Left edge in pixels of the original picture. */
    public float x(int detection) {
        return Memory.getFloat(record(detection) + X);
    }

    /** Top edge in pixels of the original picture. */
    public float y(int detection) {
        return Memory.getFloat(record(detection) + Y);
    }

    /** Width in pixels of the original picture. */
    public float w(int detection) {
        return Memory.getFloat(record(detection) + W);
    }

    /** Height in pixels of the original picture. */
    public float h(int detection) {
        return Memory.getFloat(record(detection) + H);
    }

    /** Which one it is over several frames, 0 while nothing tracks. */
    public long trackId(int detection) {
        return Memory.getLong(record(detection) + TRACK_ID);
    }

    /** A copy of one detection, to keep. Allocates. */
    public Detection detection(int i) {
        return new Detection(classId(i), confidence(i), x(i), y(i), w(i), h(i), trackId(i));
    }

    /**
     * What the class ids of this event mean: what the event itself carries, else its label set in the catalogue, else
     * null. Allocates nothing while consecutive events use the same ones.
     */
    public @Nullable LabelSet labels() {
        return ownLabels ? inline() : catalogued();
    }

    /** Whether it carries labels or a model's name itself, which take the place of its label set. */
    public boolean saysItself() {
        return ownLabels;
    }

    private @Nullable LabelSet catalogued() {
        long hash = labelSetHash();
        return hash == 0 ? null : labelSource.find(hash);
    }

    private @Nullable LabelSet inline() {
        String text = text(SECTION_LABELS);
        String model = text(SECTION_MODEL);
        if (inlineLabels == null || !text.equals(inlineText) || !model.equals(inlineModel)) {
            try {
                inlineLabels = OwnLabels.parse(model, text);
            } catch (IllegalArgumentException e) {
                throw damaged(String.valueOf(e.getMessage()));
            }
            inlineText = text;
            inlineModel = model;
        }
        return inlineLabels;
    }

    /** The label of a detection; null when its label set is missing or has no such id. */
    public @Nullable String label(int detection) {
        LabelSet labels = labels();
        return labels == null ? null : labels.label(classId(detection));
    }

    /** Whether something of this label, compared without case, was seen with at least this confidence. */
    public boolean sees(String label, float minConfidence) {
        LabelSet labels = labels();
        if (labels == null) {
            return false;
        }
        for (int i = 0; i < detectionCount; i++) {
            if (confidence(i) >= minConfidence && labels.matches(classId(i), label)) {
                return true;
            }
        }
        return false;
    }

    /** The text of a section; empty when there is none. */
    public String text(int sectionType) {
        int i = section(sectionType);
        if (i < 0) {
            return "";
        }
        return texts.text(sectionAddress(i), sectionBytes(i));
    }

    /** The place of a section in the table of sections, -1 when there is none. */
    public int section(int type) {
        for (int i = 0; i < sectionCount; i++) {
            if (Memory.getInt(sections + (long) i * SECTION_ENTRY_BYTES) == type) {
                return i;
            }
        }
        return -1;
    }

    public int sectionCount() {
        return sectionCount;
    }

    public int sectionType(int i) {
        return Memory.getInt(sections + (long) i * SECTION_ENTRY_BYTES);
    }

    /**
     * Whether all its texts are good UTF-8, which writers see to. Others read with replacements: to keep those would be to keep
     * something that nobody has sent.
     */
    public boolean hasGoodTexts() {
        for (int i = 0; i < sectionCount; i++) {
            int type = sectionType(i);
            boolean isText = type >= SECTION_SOURCE && type <= SECTION_TEXT;
            if (isText && !texts.isGood(sectionAddress(i), sectionBytes(i))) {
                return false;
            }
        }
        return true;
    }

    /** @throws UnreadableEventException when one of its sections 9 to 13 is not what docs/format.md says */
    public void checkSections() {
        RareSections.check(this);
    }

    /** A copy of what a section holds. Allocates. */
    public byte[] sectionContent(int i) {
        byte[] content = new byte[sectionBytes(i)];
        Memory.copy(sectionAddress(i), content, 0, content.length);
        return content;
    }

    int sectionBytes(int i) {
        return Memory.getInt(sections + (long) i * SECTION_ENTRY_BYTES + 8);
    }

    long sectionAddress(int i) {
        return address + (Memory.getInt(sections + (long) i * SECTION_ENTRY_BYTES + 4) & 0xffffffffL);
    }

    /** Address of its first byte, valid as long as this view is. */
    public long address() {
        return address;
    }

    /** Size of all of it, a multiple of 4. */
    public int totalBytes() {
        return totalBytes;
    }

    /** Address of a detection. */
    long record(int detection) {
        if (detection < 0 || detection >= detectionCount) {
            throw new IndexOutOfBoundsException("detection " + detection + " of " + detectionCount);
        }
        return address + headerBytes + (long) detection * detectionBytes;
    }

    private static UnreadableEventException foreign(int available) {
        return new UnreadableEventException(
                Cause.FOREIGN, "not a Sightlog event, or its first bytes are damaged (" + available + " bytes)");
    }

    private static UnreadableEventException newerOr(long at, int available, String damage) {
        int version = Memory.getByte(at + VERSION_OFFSET) & 0xff;
        return version > VERSION && available >= HEADER_BYTES && Memory.getInt(at + TOTAL_BYTES) == available
                ? newer(version)
                : damaged(damage);
    }

    private static UnreadableEventException newer(int version) {
        return new UnreadableEventException(
                Cause.NEWER,
                "its version is " + version + ", this Sightlog reads version " + VERSION + "; use a newer one");
    }

    private static UnreadableEventException damaged(String how) {
        return new UnreadableEventException(Cause.DAMAGED, how);
    }
}

package io.sightlog.event;

import static io.sightlog.event.EventLayout.*;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An event while its producer fills it in. Reused: {@link #clear} and fill again.
 *
 * <p>Every setter checks its value, so that nothing wrong gets as far as a journal: an {@link IllegalArgumentException}
 * says which value it was, and leaves the draft as it was before. Owned by one thread. Filling and encoding allocate
 * nothing once the arrays have grown and the texts repeat.
 */
public final class EventDraft {
    private EventKind kind = EventKind.FRAME;
    private long capturedNanos;
    private long positionNanos;
    private long frame;
    private long labelSet;
    private long digest;
    private int width;
    private int height;
    private long decodeNanos;
    private long inferNanos;

    private byte[] detections = new byte[16 * DETECTION_BYTES];
    private int detectionCount;

    private final Text source = new Text(SECTION_SOURCE, "source");
    private final Text stream = new Text(SECTION_STREAM, "stream");
    private final Text reason = new Text(SECTION_REASON, "reason");
    private final Text labels = new Text(SECTION_LABELS, "labels");
    private final Text model = new Text(SECTION_MODEL, "model");
    private final Text[] texts = {source, stream, reason, labels, model};
    private final List<Section> others = new ArrayList<>();

    private final Crc32c crc = new Crc32c();

    private record Section(int type, byte[] content) {}

    /** Back to an empty frame. */
    public EventDraft clear() {
        kind = EventKind.FRAME;
        capturedNanos = 0;
        positionNanos = 0;
        frame = 0;
        labelSet = 0;
        digest = 0;
        width = 0;
        height = 0;
        decodeNanos = 0;
        inferNanos = 0;
        detectionCount = 0;
        others.clear();
        for (Text text : texts) {
            text.set("");
        }
        return this;
    }

    /** Everything an event has but its detections, its producer and its stamp. Sections of unknown types are copied. */
    public EventDraft copy(Event event) {
        clear();
        if (event.kind() != EventKind.FRAME && event.kind() != EventKind.SKIP) {
            throw new IllegalArgumentException("a " + event.kind().text() + " has no draft");
        }
        kind = event.kind();
        capturedNanos = event.capturedNanos();
        positionNanos = event.positionNanos();
        frame = event.frame();
        labelSet = event.labelSetHash();
        digest = event.digest();
        width = event.width();
        height = event.height();
        decodeNanos = event.decodeNanos();
        inferNanos = event.inferNanos();
        for (Text text : texts) {
            text.set(event.text(text.type));
        }
        for (int i = 0; i < event.sectionCount(); i++) {
            int type = event.sectionType(i);
            if (type < SECTION_SOURCE || type > SECTION_MODEL) {
                section(type, event.sectionContent(i));
            }
        }
        return this;
    }

    /** Makes it a skip: a frame that was not looked at, and why. Drops its detections. */
    public EventDraft skip(String why) {
        reason.set(why);
        kind = EventKind.SKIP;
        detectionCount = 0;
        return this;
    }

    public EventKind kind() {
        return kind;
    }

    /** Absolute path or URI of what was opened. */
    public EventDraft source(String pathOrUri) {
        source.set(pathOrUri);
        return this;
    }

    /** Name of the camera or job, may be empty. */
    public EventDraft stream(String name) {
        stream.set(name);
        return this;
    }

    /** Since the epoch. */
    public EventDraft capturedNanos(long nanos) {
        capturedNanos = nanos;
        return this;
    }

    /** Number in the original video and position in it; 0, 0 for a picture. */
    public EventDraft frame(long number, long nanosInVideo) {
        frame = atLeast0("frame", number);
        positionNanos = atLeast0("positionNanos", nanosInVideo);
        return this;
    }

    /** Pixels of the original picture after rotation, 0 when unknown. Set it before detections: they are clipped to it. */
    public EventDraft size(int widthPixels, int heightPixels) {
        width = (int) atLeast0("width", widthPixels);
        height = (int) atLeast0("height", heightPixels);
        return this;
    }

    /** What decoding and inference took. */
    public EventDraft took(long decoding, long inference) {
        decodeNanos = atLeast0("decodeNanos", decoding);
        inferNanos = atLeast0("inferNanos", inference);
        return this;
    }

    /** See {@link Digest}; 0 when unknown. */
    public EventDraft digest(long first8OfSha256) {
        digest = first8OfSha256;
        return this;
    }

    /** Hash of a label set that is in the journal's catalogue, 0 for none. */
    public EventDraft labelSet(long hash) {
        labelSet = hash;
        return this;
    }

    /**
     * Labels carried by the event itself, for when its label set is not to be had.
     *
     * @param modelName name of the model, may be empty
     * @param idsAndLabels lines of id, tab, label
     */
    public EventDraft ownLabels(String modelName, String idsAndLabels) {
        model.set(modelName);
        labels.set(idsAndLabels);
        return this;
    }

    /** A section of a type this class does not know, kept as it is. Allocates. */
    public EventDraft section(int type, byte[] content) {
        if (type >= SECTION_SOURCE && type <= SECTION_MODEL) {
            throw new IllegalArgumentException("section type " + type + " has a setter of its own");
        }
        if (others.size() >= MAX_SECTIONS - texts.length) {
            throw new IllegalArgumentException("an event has at most " + MAX_SECTIONS + " sections");
        }
        others.add(new Section(type, content.clone()));
        return this;
    }

    public int detectionCount() {
        return detectionCount;
    }

    /** See {@link #detection(int, float, float, float, float, float, long)}. */
    public EventDraft detection(Detection d) {
        return detection(d.classId(), d.confidence(), d.x(), d.y(), d.w(), d.h(), d.trackId());
    }

    /**
     * Adds a detection, its box clipped to the picture when its size is known.
     *
     * @throws IllegalArgumentException when a value is not finite or out of its range, or there are {@link
     *     EventLayout#MAX_DETECTIONS} already
     */
    public EventDraft detection(int classId, float confidence, float x, float y, float w, float h, long trackId) {
        if (kind != EventKind.FRAME) {
            throw new IllegalArgumentException("a " + kind.text() + " has no detections");
        }
        if (detectionCount == MAX_DETECTIONS) {
            throw new IllegalArgumentException("a frame has at most " + MAX_DETECTIONS + " detections");
        }
        if (classId < 0 || classId > LabelSet.MAX_CLASS_ID) {
            throw new IllegalArgumentException("classId=" + classId + " is not in 0.." + LabelSet.MAX_CLASS_ID);
        }
        if (!(confidence >= 0 && confidence <= 1)) {
            throw new IllegalArgumentException("confidence=" + confidence + " is not in 0..1");
        }
        if (!(Float.isFinite(x) && Float.isFinite(y))) {
            throw new IllegalArgumentException("x=" + x + " y=" + y + " is not finite");
        }
        if (!(w >= 0 && h >= 0 && w < Float.POSITIVE_INFINITY && h < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("w=" + w + " h=" + h + " is negative or not finite");
        }
        atLeast0("trackId", trackId);
        int at = detectionCount * DETECTION_BYTES;
        if (at == detections.length) {
            detections = java.util.Arrays.copyOf(detections, at * 2);
        }
        Memory.putInt(detections, at + CLASS_ID, classId);
        Memory.putFloat(detections, at + CONFIDENCE, confidence);
        if (width > 0 && height > 0) {
            float left = clip(x, width);
            float top = clip(y, height);
            Memory.putFloat(detections, at + X, left);
            Memory.putFloat(detections, at + Y, top);
            Memory.putFloat(detections, at + W, extent(x, left, w, width));
            Memory.putFloat(detections, at + H, extent(y, top, h, height));
        } else {
            Memory.putFloat(detections, at + X, x);
            Memory.putFloat(detections, at + Y, y);
            Memory.putFloat(detections, at + W, w);
            Memory.putFloat(detections, at + H, h);
        }
        Memory.putLong(detections, at + TRACK_ID, trackId);
        detectionCount++;
        return this;
    }

    private static float clip(float edge, int limit) {
        return Math.max(0, Math.min(edge, limit)) + 0f; // no -0
    }

    /** What is left of an extent that began at {@code from} and now begins at {@code clipped}. */
    private static float extent(float from, float clipped, float extent, int limit) {
        float left = clipped == from ? extent : Math.max(0, from + extent - clipped);
        return clipped + left > limit ? limit - clipped : left;
    }

    /**
     * The size of what {@link #encode} will write.
     *
     * @throws IllegalArgumentException when that is more than {@link EventLayout#MAX_EVENT_BYTES}
     */
    public int encodedBytes() {
        long bytes = HEADER_BYTES + (long) detectionCount * DETECTION_BYTES;
        for (Text text : texts) {
            if (text.length > 0) {
                bytes += SECTION_ENTRY_BYTES + align4(text.length);
            }
        }
        for (int i = 0; i < others.size(); i++) {
            bytes += SECTION_ENTRY_BYTES + (long) align4(others.get(i).content.length);
        }
        if (bytes > MAX_EVENT_BYTES) {
            throw new IllegalArgumentException(
                    "an event has at most " + MAX_EVENT_BYTES + " bytes, this would have " + bytes);
        }
        return (int) bytes;
    }

    /**
     * Writes the event, all of it, checksum included.
     *
     * @param at address of {@code totalBytes} writable bytes
     * @param totalBytes what {@link #encodedBytes} said
     */
    public void encode(long at, int totalBytes, long producer, long sequence, long appendedNanos) {
        encode(at, totalBytes);
        Memory.putLong(at + PRODUCER, producer);
        Memory.putLong(at + SEQUENCE, sequence);
        Memory.putLong(at + APPENDED_NANOS, appendedNanos);
        Memory.putInt(at + CRC, crc.of(at + 4, totalBytes - 4));
    }

    /** Likewise, all but producer, sequence, stamp and checksum, which are left as they are. */
    public void encode(long at, int totalBytes) {
        Memory.putInt(at + MAGIC_OFFSET, MAGIC);
        Memory.putByte(at + VERSION_OFFSET, (byte) VERSION);
        Memory.putByte(at + KIND, (byte) kind.code());
        Memory.putShort(at + HEADER_BYTES_OFFSET, (short) HEADER_BYTES);
        Memory.putInt(at + TOTAL_BYTES, totalBytes);
        Memory.putLong(at + CAPTURED_NANOS, capturedNanos);
        Memory.putLong(at + POSITION_NANOS, positionNanos);
        Memory.putLong(at + FRAME, frame);
        Memory.putLong(at + LABEL_SET, labelSet);
        Memory.putLong(at + DIGEST, digest);
        Memory.putInt(at + WIDTH, width);
        Memory.putInt(at + HEIGHT, height);
        Memory.putLong(at + DECODE_NANOS, decodeNanos);
        Memory.putLong(at + INFER_NANOS, inferNanos);
        Memory.putInt(at + DETECTION_COUNT, detectionCount);
        Memory.putShort(at + DETECTION_BYTES_OFFSET, (short) DETECTION_BYTES);
        int records = detectionCount * DETECTION_BYTES;
        Memory.copy(detections, 0, at + HEADER_BYTES, records);
        encodeSections(at, HEADER_BYTES + records);
    }

    private void encodeSections(long at, int table) {
        int count = others.size();
        for (Text text : texts) {
            count += text.length > 0 ? 1 : 0;
        }
        Memory.putShort(at + SECTION_COUNT, (short) count);
        int entry = table;
        int content = table + count * SECTION_ENTRY_BYTES;
        for (Text text : texts) {
            if (text.length > 0) {
                content = encodeSection(at, entry, content, text.type, text.bytes, text.length);
                entry += SECTION_ENTRY_BYTES;
            }
        }
        for (int i = 0; i < others.size(); i++) {
            Section section = others.get(i);
            content = encodeSection(at, entry, content, section.type, section.content, section.content.length);
            entry += SECTION_ENTRY_BYTES;
        }
    }

    private static int encodeSection(long at, int entry, int offset, int type, byte[] content, int bytes) {
        Memory.putInt(at + entry, type);
        Memory.putInt(at + entry + 4, offset);
        Memory.putInt(at + entry + 8, bytes);
        int end = offset + align4(bytes);
        if (end > offset) {
            Memory.putInt(at + end - 4, 0); // padding is 0
        }
        Memory.copy(content, 0, at + offset, bytes);
        return end;
    }

    private static long atLeast0(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + "=" + value + " is negative");
        }
        return value;
    }

    /** A text and its UTF-8, encoded anew only when it changes. */
    private static final class Text {
        final int type;
        final String name;
        String text = "";
        byte[] bytes = new byte[128];
        int encodedLength;
        int length;

        Text(int type, String name) {
            this.type = type;
            this.name = name;
        }

        void set(String value) {
            if (value.isEmpty()) {
                length = 0;
                return;
            }
            if (!value.equals(text)) {
                encode(value);
            }
            length = encodedLength;
        }

        private void encode(String value) {
            int needed = utf8Bytes(value);
            if (needed > MAX_TEXT_BYTES) {
                throw new IllegalArgumentException(
                        name + " has " + needed + " bytes, at most " + MAX_TEXT_BYTES + " fit");
            }
            if (needed > bytes.length) {
                bytes = new byte[Math.max(needed, Math.min(2 * bytes.length, MAX_TEXT_BYTES))];
            }
            text = value;
            encodedLength = Utf8.encode(value, bytes);
        }

        private static int utf8Bytes(String value) {
            // at most three for each char; counted only when that might be too much
            return value.length() <= MAX_TEXT_BYTES / 3
                    ? value.length() * 3
                    : value.getBytes(StandardCharsets.UTF_8).length;
        }
    }
}

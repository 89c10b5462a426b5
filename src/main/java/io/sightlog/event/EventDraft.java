package io.sightlog.event;

import static io.sightlog.event.EventLayout.*;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An event while its producer fills it in. Reused: {@link #clear} and fill again.
 *
 * <p>Every setter checks its value, so that nothing wrong gets as far as a journal: an {@link IllegalArgumentException}
 * says which value it was, and leaves the draft as it was before. Owned by one thread. Filling and encoding allocate
 * nothing once the arrays have grown and the texts repeat.
 */
public final class EventDraft {
    /** Known sections that one event can have: no kind may have all of them. */
    private static final int KNOWN_SECTIONS = 10;

    private EventKind kind = EventKind.FRAME;
    private long capturedNanos;
    private boolean captured;
    private long positionNanos;
    private long frame;
    private long labelSet;
    private long digest;
    private int width;
    private int height;
    private long decodeNanos;
    private long inferNanos;

    private final DraftDetections detections = new DraftDetections();

    private final DraftSection source = text(SECTION_SOURCE, "source");
    private final DraftSection stream = text(SECTION_STREAM, "stream");
    private final DraftSection reason = text(SECTION_REASON, "reason");
    private final DraftSection labels = text(SECTION_LABELS, "labels");
    private final DraftSection model = text(SECTION_MODEL, "model");
    private final DraftSection topic = new DraftSection(SECTION_TOPIC, "topic", MAX_TOPIC_BYTES);
    private final DraftSection text = new DraftSection(SECTION_TEXT, "text", MAX_CONTENT_BYTES);
    private final DraftSection binary = new DraftSection(SECTION_BINARY, "content", MAX_CONTENT_BYTES);
    private final DraftSection[] known = {source, stream, reason, labels, model, topic, text, binary};
    private final RareSections rare = new RareSections();

    private final Crc32c crc = new Crc32c();

    private static DraftSection text(int type, String name) {
        return new DraftSection(type, name, MAX_TEXT_BYTES);
    }

    /** Back to an empty frame. */
    public EventDraft clear() {
        kind = EventKind.FRAME;
        capturedNanos = 0;
        captured = false;
        forgetFrame();
        rare.clear();
        for (DraftSection section : known) {
            section.clear();
        }
        return this;
    }

    private void forgetFrame() {
        positionNanos = 0;
        frame = 0;
        labelSet = 0;
        digest = 0;
        width = 0;
        height = 0;
        decodeNanos = 0;
        inferNanos = 0;
        detections.clear();
    }

    /**
     * Everything an event has but its detections, its producer and its stamp. Sections of unknown types are copied.
     *
     * @throws IllegalArgumentException when another program wrote what no draft lets in, as a message without a topic; this
     *     draft is then empty, or part of a copy
     * @throws UnreadableEventException when one of its sections is not what it should be; likewise
     */
    public EventDraft copy(Event event) {
        clear();
        source.set(event.source());
        stream.set(event.stream());
        capturedNanos(event.capturedNanos());
        if (event.kind() == EventKind.MESSAGE) {
            copyMessage(event);
        } else {
            copyFrame(event);
        }
        rare.copy(event);
        checkFrame("kept frame and no live source", hasOfFrame(event));
        return this;
    }

    /**
     * Likewise, and its detections, as they are: nothing is clipped.
     *
     * @throws IllegalArgumentException when another program wrote what no draft lets in; this draft is then part of a copy
     * @throws UnreadableEventException when one of its sections is not what it should be; likewise
     */
    public EventDraft copyAll(Event event) {
        copy(event);
        detections.copy(event);
        checkHasDetections(detections.count() == 0);
        return this;
    }

    private static boolean hasOfFrame(Event event) {
        return event.section(SECTION_KEPT_FRAME) >= 0 || event.section(SECTION_LIVE) >= 0;
    }

    private void copyMessage(Event event) {
        if (event.isBinary()) {
            byte[] content = event.content();
            message(event.topic(), content, 0, content.length);
        } else {
            message(event.topic(), event.text());
        }
    }

    private void copyFrame(Event event) {
        kind = event.kind();
        positionNanos = event.positionNanos();
        frame = event.frame();
        labelSet = event.labelSetHash();
        digest = event.digest();
        width = event.width();
        height = event.height();
        decodeNanos = event.decodeNanos();
        inferNanos = event.inferNanos();
        reason.set(event.reason());
        labels.set(event.text(SECTION_LABELS));
        model.set(event.text(SECTION_MODEL));
    }

    /** Makes it a skip: a frame that was not looked at, and why. Drops its detections. */
    public EventDraft skip(String why) {
        reason.set(why);
        topic.clear();
        text.clear();
        binary.clear();
        kind = EventKind.SKIP;
        detections.clear();
        return this;
    }

    /**
     * Makes it a message with a text, which may be empty. Drops all that only frames have; source, stream and the time remain:
     * {@link #capturedNanos} is when it was sent.
     *
     * @param about its topic: 1 to {@link EventLayout#MAX_TOPIC_BYTES} bytes of UTF-8 without control characters
     * @param content up to {@link EventLayout#MAX_CONTENT_BYTES} bytes of UTF-8
     */
    public EventDraft message(String about, String content) {
        checkTopic(about);
        text.set(content);
        binary.clear();
        return becomeMessage(about);
    }

    /** Likewise, with a text that is UTF-8 already. Allocates nothing when the topic repeats. */
    public EventDraft textMessage(String about, byte[] utf8, int offset, int length) {
        checkTopic(about);
        text.setUtf8(utf8, offset, length);
        binary.clear();
        return becomeMessage(about);
    }

    /** Likewise, with bytes of any kind, also with none. Allocates nothing when the topic repeats. */
    public EventDraft message(String about, byte[] content, int offset, int length) {
        checkTopic(about);
        binary.setBytes(content, offset, length);
        text.clear();
        return becomeMessage(about);
    }

    /** Likewise, with the bytes that remain in a buffer, heap or direct, which stays as it is. */
    public EventDraft message(String about, ByteBuffer content) {
        checkTopic(about);
        binary.setBytes(content);
        text.clear();
        return becomeMessage(about);
    }

    private EventDraft becomeMessage(String checkedTopic) {
        topic.set(checkedTopic);
        kind = EventKind.MESSAGE;
        forgetFrame();
        rare.forgetFrame();
        reason.clear();
        labels.clear();
        model.clear();
        return this;
    }

    private void checkTopic(String about) {
        topic.checkThere(about);
        if (about.isEmpty() || !topic.was(about)) {
            Topics.check(about);
        }
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

    /** When the frame was captured, or the message sent, in nanoseconds since the epoch. The one thing that every event needs. */
    public EventDraft capturedNanos(long nanos) {
        capturedNanos = nanos;
        captured = true;
        return this;
    }

    /**
     * Where in its source the frame is; 0, 0 for a picture.
     *
     * @param number of the frame in the original video, the first is 0
     * @param nanosInVideo its position, in nanoseconds from the start of the video
     * @throws IllegalArgumentException when one is negative, or this is a message
     */
    public EventDraft frame(long number, long nanosInVideo) {
        frame = ofFrame("frame", number);
        positionNanos = ofFrame("positionNanos", nanosInVideo);
        return this;
    }

    /** Pixels of the original picture after rotation, 0 when unknown. Set it before detections: they are clipped to it. */
    public EventDraft size(int widthPixels, int heightPixels) {
        width = (int) ofFrame("width", widthPixels);
        height = (int) ofFrame("height", heightPixels);
        return this;
    }

    /**
     * What was spent on the frame, for {@code latency} and whoever looks for the slow part.
     *
     * @param decoding nanoseconds from the file or camera to pixels, 0 when unknown
     * @param inference nanoseconds in the detector, 0 when unknown
     * @throws IllegalArgumentException when one is negative, or this is a message
     */
    public EventDraft took(long decoding, long inference) {
        decodeNanos = ofFrame("decodeNanos", decoding);
        inferNanos = ofFrame("inferNanos", inference);
        return this;
    }

    /** See {@link Digest}; 0 when unknown. */
    public EventDraft digest(long first8OfSha256) {
        checkFrame("digest", first8OfSha256 != 0);
        digest = first8OfSha256;
        return this;
    }

    /** Hash of a label set that is in the journal's catalogue, 0 for none. */
    public EventDraft labelSet(long hash) {
        checkFrame("label set", hash != 0);
        labelSet = hash;
        return this;
    }

    /**
     * Labels carried by the event itself, for when its label set is not to be had.
     *
     * @param modelName name of the model, may be empty
     * @param idsAndLabels lines of id, tab, label
     * @throws IllegalArgumentException when a line has no tab, an id is no number or out of its range, or a text has control
     *     characters
     */
    public EventDraft ownLabels(String modelName, String idsAndLabels) {
        labels.checkThere(idsAndLabels);
        model.checkThere(modelName);
        checkFrame("labels and no model", !modelName.isEmpty() || !idsAndLabels.isEmpty());
        if (!labels.was(idsAndLabels) || !model.was(modelName)) {
            OwnLabels.check(modelName, idsAndLabels);
        }
        labels.set(idsAndLabels);
        model.set(modelName);
        return this;
    }

    /** A section of a type this class does not know, kept as it is. Allocates. */
    public EventDraft section(int type, byte[] content) {
        if (RareSections.isKnown(type)) {
            throw new IllegalArgumentException("section type " + type + " has a setter of its own");
        }
        if (rare.unknownCount() >= MAX_SECTIONS - KNOWN_SECTIONS) {
            throw new IllegalArgumentException("an event has at most " + MAX_SECTIONS + " sections");
        }
        rare.add(type, content.clone());
        return this;
    }

    /** Where the picture of this frame is kept; null for nowhere. */
    public EventDraft keptFrame(@Nullable KeptFrame kept) {
        checkFrame("kept frame", kept != null);
        rare.keptFrame(kept);
        return this;
    }

    /** Where the picture of this frame is kept; null for nowhere. */
    public @Nullable KeptFrame keptFrame() {
        return rare.keptFrame();
    }

    /** How its live source is doing; null for a source that is not live. */
    public EventDraft live(@Nullable LiveSource live) {
        checkFrame("live source", live != null);
        rare.live(live);
        return this;
    }

    /** Where a bridge has brought it from; null when none has. */
    public EventDraft origin(@Nullable Origin origin) {
        rare.origin(origin);
        return this;
    }

    /** The event that it answers; null for none. */
    public EventDraft answers(@Nullable AnsweredEvent answered) {
        rare.answers(answered);
        return this;
    }

    /** How far the bridge that brings this event had come before it; null for nothing about that. */
    public EventDraft checkpoint(@Nullable Checkpoint reached) {
        rare.checkpoint(reached);
        return this;
    }

    public int detectionCount() {
        return detections.count();
    }

    /** See {@link #detection(int, float, float, float, float, float, long)}. */
    public EventDraft detection(Detection d) {
        return detection(d.classId(), d.confidence(), d.x(), d.y(), d.w(), d.h(), d.trackId());
    }

    /**
     * Adds a detection, its box clipped to the picture when {@link #size} was set before.
     *
     * @param classId what was seen, by its number in the {@link #labelSet}: 0 to {@link LabelSet#MAX_CLASS_ID}
     * @param confidence 0 to 1
     * @param x left edge of the box, in pixels of the original picture from its left edge; finite
     * @param y its upper edge, likewise from the top
     * @param w width in pixels, 0 or more
     * @param h height in pixels, 0 or more
     * @param trackId the same for the same object in other frames of this stream, 1 or more; 0 when nothing tracks it
     * @throws IllegalArgumentException when a value is not finite or out of its range, or there are {@link
     *     EventLayout#MAX_DETECTIONS} already
     */
    public EventDraft detection(int classId, float confidence, float x, float y, float w, float h, long trackId) {
        checkHasDetections(false);
        detections.add(classId, confidence, x, y, w, h, trackId, width, height);
        return this;
    }

    /**
     * That it can be appended.
     *
     * @throws IllegalArgumentException when it has no time of capture
     */
    public void check() {
        if (!captured) {
            throw new IllegalArgumentException(
                    "capturedNanos is not set: when was it captured, in nanoseconds since the epoch?");
        }
    }

    /**
     * The size of what {@link #encode} will write.
     *
     * @throws IllegalArgumentException when that is more than {@link EventLayout#MAX_EVENT_BYTES}
     */
    public int encodedBytes() {
        long bytes = HEADER_BYTES + (long) detections.count() * DETECTION_BYTES;
        for (DraftSection section : known) {
            if (section.isPresent()) {
                bytes += SECTION_ENTRY_BYTES + align4(section.length());
            }
        }
        if (!rare.isEmpty()) {
            bytes += rare.encodedBytes();
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
        Memory.putInt(at + DETECTION_COUNT, detections.count());
        Memory.putShort(at + DETECTION_BYTES_OFFSET, (short) DETECTION_BYTES);
        int records = detections.encode(at + HEADER_BYTES);
        encodeSections(at, HEADER_BYTES + records);
    }

    private void encodeSections(long at, int table) {
        int count = rare.count();
        for (DraftSection section : known) {
            count += section.isPresent() ? 1 : 0;
        }
        Memory.putShort(at + SECTION_COUNT, (short) count);
        int entry = table;
        int content = table + count * SECTION_ENTRY_BYTES;
        for (DraftSection section : known) {
            if (section.isPresent()) {
                content = section.encode(at, entry, content);
                entry += SECTION_ENTRY_BYTES;
            }
        }
        if (!rare.isEmpty()) {
            rare.encode(at, entry, content);
        }
    }

    private static long atLeast0(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + "=" + value + " is negative");
        }
        return value;
    }

    private long ofFrame(String name, long value) {
        checkFrame(name, value != 0);
        return atLeast0(name, value);
    }

    private void checkHasDetections(boolean hasNone) {
        if (kind != EventKind.FRAME && !hasNone) {
            throw new IllegalArgumentException("a " + kind.text() + " has no detections");
        }
    }

    private void checkFrame(String what, boolean given) {
        if (given && kind == EventKind.MESSAGE) {
            throw new IllegalArgumentException("a message has no " + what);
        }
    }
}

package io.sightlog.event;

/**
 * Where every byte of an event is. {@code docs/format.md} is the drawing; this is the same in numbers.
 *
 * <pre>
 *   0  4  crc32c          CRC-32C of bytes 4 .. totalBytes
 *   4  4  magic           "SLOG"
 *   8  1  version         1
 *   9  1  kind            1 frame, 2 skip, 3 message, 4 batch
 *  10  2  headerBytes     112: where the detections start
 *  12  4  totalBytes      all of it, a multiple of 4
 *  16  8  producer        random, not 0
 *  24  8  sequence        0, 1, 2 .. without gaps per producer
 *  32  8  appendedNanos   since the epoch, never runs backwards in a journal
 *  40  8  capturedNanos   since the epoch; of a message, when it was sent
 *  48  8  positionNanos   in the video, 0 for a picture
 *  56  8  frame           number in the original video, from 0
 *  64  8  labelSet        first 8 bytes of the SHA-256 of the label set's file, 0 none
 *  72  8  digest          first 8 bytes of the SHA-256 of the frame, 0 unknown
 *  80  4  width           of the picture in pixels, 0 unknown
 *  84  4  height
 *  88  8  decodeNanos
 *  96  8  inferNanos
 * 104  4  detectionCount
 * 108  2  detectionBytes  32
 * 110  2  sectionCount
 * 112     detectionCount x 32: classId i32, confidence f32, x y w h f32, trackId i64
 *         sectionCount x 12: type u32, offset u32, bytes u32
 *         what the sections hold, each at a multiple of 4
 * </pre>
 */
public final class EventLayout {
    public static final int CRC = 0;
    public static final int MAGIC_OFFSET = 4;
    public static final int VERSION_OFFSET = 8;
    public static final int KIND = 9;
    public static final int HEADER_BYTES_OFFSET = 10;
    public static final int TOTAL_BYTES = 12;
    public static final int PRODUCER = 16;
    public static final int SEQUENCE = 24;
    public static final int APPENDED_NANOS = 32;
    public static final int CAPTURED_NANOS = 40;
    public static final int POSITION_NANOS = 48;
    public static final int FRAME = 56;
    public static final int LABEL_SET = 64;
    public static final int DIGEST = 72;
    public static final int WIDTH = 80;
    public static final int HEIGHT = 84;
    public static final int DECODE_NANOS = 88;
    public static final int INFER_NANOS = 96;
    public static final int DETECTION_COUNT = 104;
    public static final int DETECTION_BYTES_OFFSET = 108;
    public static final int SECTION_COUNT = 110;

    /** "SLOG", read as a little-endian int. */
    public static final int MAGIC = 'S' | 'L' << 8 | 'O' << 16 | 'G' << 24;

    public static final int VERSION = 1;
    public static final int HEADER_BYTES = 112;
    public static final int DETECTION_BYTES = 32;
    public static final int SECTION_ENTRY_BYTES = 12;

    public static final int CLASS_ID = 0;
    public static final int CONFIDENCE = 4;
    public static final int X = 8;
    public static final int Y = 12;
    public static final int W = 16;
    public static final int H = 20;
    public static final int TRACK_ID = 24;

    /** UTF-8: absolute path or URI of what was opened. */
    public static final int SECTION_SOURCE = 1;
    /** UTF-8: name of a camera or job. */
    public static final int SECTION_STREAM = 2;
    /** UTF-8: why a frame was not looked at. */
    public static final int SECTION_REASON = 3;
    /** UTF-8: what the class ids of this event mean when no label set says it: lines of id, tab, label. */
    public static final int SECTION_LABELS = 4;
    /** UTF-8: name of the model when no label set says it. */
    public static final int SECTION_MODEL = 5;
    /** UTF-8: topic of a message. */
    public static final int SECTION_TOPIC = 6;
    /** UTF-8: content of a text message. */
    public static final int SECTION_TEXT = 7;
    /** Content of a binary message. */
    public static final int SECTION_BINARY = 8;
    /** Where the picture of a frame is kept: {@link KeptFrame}. */
    public static final int SECTION_KEPT_FRAME = 9;
    /** How a live source is doing: {@link LiveSource}. */
    public static final int SECTION_LIVE = 10;
    /** Where a bridge has brought an event from: {@link Origin}. */
    public static final int SECTION_ORIGIN = 11;
    /** Which event a derived one answers: {@link AnsweredEvent}. */
    public static final int SECTION_ANSWERS = 12;
    /** How far a bridge had come that brings events: {@link Checkpoint}. */
    public static final int SECTION_CHECKPOINT = 13;

    /** The largest event: a quarter of a block of 64 MiB, less what the queue needs around it. */
    public static final int MAX_EVENT_BYTES = (16 << 20) - 4096;

    public static final int MAX_DETECTIONS = 100_000;
    public static final int MAX_SECTIONS = 256;
    public static final int MAX_TEXT_BYTES = 65_536;
    public static final int MAX_TOPIC_BYTES = 255;
    /** Of a message, text or binary. */
    public static final int MAX_CONTENT_BYTES = 1 << 20;

    private EventLayout() {}

    static int align4(int bytes) {
        return (bytes + 3) & ~3;
    }
}

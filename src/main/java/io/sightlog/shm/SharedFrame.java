package io.sightlog.shm;

import io.sightlog.event.LabelSet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the one frame that a segment holds, in the machine's own byte order, without padding.
 *
 * <pre>
 *   0   4  count        0..10
 *   4      10 x 24: class id i32, confidence f32, left, top, width, height i32 in pixels
 * </pre>
 *
 * <p>Boxes from {@code count} on mean nothing, and hold whatever was there before. One thread at a time.
 */
public final class SharedFrame {
    /** All of it. */
    public static final int BYTES = 244;

    public static final int MAX_BOXES = 10;

    static final int COUNT_BYTES = 4;
    private static final int BOX_BYTES = 24;
    private static final int CONFIDENCE = 4;
    private static final int LEFT = 8;
    private static final int TOP = 12;
    private static final int WIDTH = 16;
    private static final int HEIGHT = 20;

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES).order(ByteOrder.nativeOrder());
    /** The same bytes, with the limits that a channel wants. */
    private final ByteBuffer range = bytes.duplicate();

    /** Back to a frame in which nothing is, all zeros. */
    public SharedFrame clear() {
        for (int i = 0; i < BYTES; i += Integer.BYTES) {
            bytes.putInt(i, 0);
        }
        return this;
    }

    /** Adds a box. At most {@link #MAX_BOXES} fit. */
    public SharedFrame add(int classId, float confidence, int left, int top, int width, int height) {
        int box = bytes.getInt(0);
        if (box < 0 || box >= MAX_BOXES) {
            throw new IllegalStateException("count=" + box + ": no more than " + MAX_BOXES + " boxes fit");
        }
        int at = end(box);
        bytes.putInt(at, classId);
        bytes.putFloat(at + CONFIDENCE, confidence);
        bytes.putInt(at + LEFT, left);
        bytes.putInt(at + TOP, top);
        bytes.putInt(at + WIDTH, width);
        bytes.putInt(at + HEIGHT, height);
        bytes.putInt(0, box + 1);
        return this;
    }

    /** As it stands there: it may be anything. */
    public int count() {
        return bytes.getInt(0);
    }

    /** How many boxes a reader looks at: all of them when the count is none. */
    int visible() {
        int count = count();
        return count < 0 || count > MAX_BOXES ? MAX_BOXES : count;
    }

    public int classId(int box) {
        return bytes.getInt(end(box));
    }

    public float confidence(int box) {
        return bytes.getFloat(end(box) + CONFIDENCE);
    }

    public int left(int box) {
        return bytes.getInt(end(box) + LEFT);
    }

    public int top(int box) {
        return bytes.getInt(end(box) + TOP);
    }

    public int width(int box) {
        return bytes.getInt(end(box) + WIDTH);
    }

    public int height(int box) {
        return bytes.getInt(end(box) + HEIGHT);
    }

    /** Whether whoever reads the one sees what who reads the other sees. */
    public boolean looksLike(SharedFrame other) {
        return count() == other.count() && sameBoxes(other, visible());
    }

    /** Whether the first boxes are the same, bit by bit. */
    boolean sameBoxes(SharedFrame other, int boxes) {
        for (int i = COUNT_BYTES; i < end(boxes); i += Integer.BYTES) {
            if (bytes.getInt(i) != other.bytes.getInt(i)) {
                return false;
            }
        }
        return true;
    }

    public void copy(SharedFrame from) {
        for (int i = 0; i < BYTES; i += Integer.BYTES) {
            bytes.putInt(i, from.bytes.getInt(i));
        }
    }

    /** What no program means that has looked at a picture, so that the copy is torn or the segment something else's; null for none. */
    public @Nullable String flaw() {
        int count = count();
        if (count < 0 || count > MAX_BOXES) {
            return "count=" + count + " is not in 0.." + MAX_BOXES;
        }
        for (int i = 0; i < count; i++) {
            String where = "box " + i + " of " + count + ": ";
            if (classId(i) < 0 || classId(i) > LabelSet.MAX_CLASS_ID) {
                return where + "class id " + classId(i) + " is not in 0.." + LabelSet.MAX_CLASS_ID;
            }
            if (!(confidence(i) >= 0 && confidence(i) <= 1)) {
                return where + "confidence " + confidence(i) + " is not in 0..1";
            }
            if (width(i) < 0 || height(i) < 0) {
                return where + "its size is " + width(i) + "x" + height(i);
            }
        }
        return null;
    }

    /** Offset behind so many boxes. */
    static int end(int boxes) {
        return COUNT_BYTES + boxes * BOX_BYTES;
    }

    /** A range of its bytes as the channel of a segment takes them; the same object every time. */
    ByteBuffer range(int from, int to) {
        return range.clear().position(from).limit(to);
    }
}

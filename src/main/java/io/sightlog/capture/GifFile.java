package io.sightlog.capture;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC4;

import io.sightlog.capture.Animation.Disposal;
import io.sightlog.capture.Animation.Part;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/** A GIF, decoded here, since a library's decoder does not say that the pixels of a frame end early. */
final class GifFile {
    private static final int SCREEN_BYTES = 13;
    private static final int GRAPHIC_CONTROL = 0xF9;

    private final ByteBuffer file;
    private final List<Part> parts = new ArrayList<>();
    private int[] screenPalette = grey();
    private int background;
    private int width;
    private int height;
    private @Nullable String ending;
    private int at;

    /** What comes before a frame's own header. */
    private record Control(int transparent, Disposal disposal, long delayNanos) {
        static final Control NONE = new Control(-1, Disposal.STAYS, Animation.delayNanos(0));
    }

    GifFile(ByteBuffer bytes) throws UnreadableException {
        file = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        width = file.getShort(6) & 0xffff;
        height = file.getShort(8) & 0xffff;
        at = SCREEN_BYTES;
        int flags = file.get(10);
        int backgroundIndex = 0;
        if ((flags & 0x80) != 0) {
            screenPalette = palette(flags);
            backgroundIndex = Still.unsigned(file, 11);
        }
        try {
            frames(backgroundIndex);
        } catch (IndexOutOfBoundsException e) {
            ending = "it ends before its end mark";
        }
        if (parts.isEmpty()) {
            throw new UnreadableException("damaged: " + (ending == null ? "it has no picture" : ending));
        }
    }

    private static int[] grey() {
        int[] palette = new int[256];
        for (int i = 0; i < 256; i++) {
            palette[i] = i * 0x010101;
        }
        return palette;
    }

    /** Reads a table of colours. */
    private int[] palette(int flags) {
        int[] palette = grey();
        for (int i = 0; i < 2 << (flags & 7); i++, at += 3) {
            palette[i] =
                    Still.unsigned(file, at) << 16 | Still.unsigned(file, at + 1) << 8 | Still.unsigned(file, at + 2);
        }
        return palette;
    }

    private void frames(int backgroundIndex) throws UnreadableException {
        Control control = Control.NONE;
        while (true) {
            int block = Still.unsigned(file, at++);
            if (block == ';') {
                return;
            } else if (block == '!') {
                int label = Still.unsigned(file, at++);
                control = label == GRAPHIC_CONTROL && Still.unsigned(file, at) >= 4 ? control() : control;
                passOverBlocks();
            } else if (block == ',') {
                frame(control, backgroundIndex);
                control = Control.NONE;
            } else if (block != 0) {
                ending = "a block of an unknown kind, " + block + ", after " + parts.size() + " frames";
                return;
            }
        }
    }

    private Control control() {
        int flags = file.get(at + 1);
        int transparent = (flags & 1) != 0 ? Still.unsigned(file, at + 4) : -1;
        long delay = (file.getShort(at + 2) & 0xffff) * 10_000_000L;
        Disposal disposal = switch (flags >> 2 & 7) {
            case 2 -> Disposal.CLEARED;
            case 3 -> Disposal.UNDONE;
            default -> Disposal.STAYS;
        };
        return new Control(transparent, disposal, Animation.delayNanos(delay));
    }

    private void passOverBlocks() {
        int length;
        while ((length = Still.unsigned(file, at++)) > 0) {
            at += length;
        }
    }

    private void frame(Control control, int backgroundIndex) {
        int left = file.getShort(at) & 0xffff;
        int top = file.getShort(at + 2) & 0xffff;
        int columns = file.getShort(at + 4) & 0xffff;
        int rows = file.getShort(at + 6) & 0xffff;
        int flags = file.get(at + 8);
        at += 9;
        int[] palette = (flags & 0x80) != 0 ? palette(flags) : screenPalette;
        int data = at;
        Part part = new Part(
                left,
                top,
                columns,
                rows,
                control.delayNanos,
                control.disposal,
                control.transparent >= 0,
                palette[control.transparent >= 0 ? control.transparent : backgroundIndex],
                () -> decode(columns, rows, (flags & 0x40) != 0, palette, control.transparent, data));
        if (parts.isEmpty()) {
            background = palette[Math.max(0, control.transparent)];
        }
        parts.add(part);
        width = Math.max(width, left + columns);
        height = Math.max(height, top + rows);
        at++;
        passOverBlocks();
    }

    /** In BGRA. */
    private Mat decode(int columns, int rows, boolean interlaced, int[] palette, int transparent, int data)
            throws UnreadableException {
        byte[] indexes = GifPixels.decode(file, data, columns * rows);
        Mat picture = new Mat(rows, columns, CV_8UC4);
        ByteBuffer out = picture.createBuffer();
        out.order(ByteOrder.LITTLE_ENDIAN);
        int[] line = interlaced ? interlaced(rows) : null;
        for (int row = 0; row < rows; row++) {
            int to = (line == null ? row : line[row]) * columns;
            for (int column = 0; column < columns; column++) {
                int index = indexes[row * columns + column] & 0xff;
                int alpha = index == transparent ? 0 : 0xff000000;
                out.putInt(4 * (to + column), palette[index] | alpha);
            }
        }
        return picture;
    }

    /** Where each row that comes lies. */
    private static int[] interlaced(int rows) {
        int[] lines = new int[rows];
        int row = 0;
        int[][] passes = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};
        for (int[] pass : passes) {
            for (int line = pass[0]; line < rows; line += pass[1]) {
                lines[row++] = line;
            }
        }
        return lines;
    }

    /** All of it; a still picture is one of one frame. */
    Animation animation() throws UnreadableException {
        if (width == 0 || height == 0) {
            throw new UnreadableException("damaged: its header gives no size");
        }
        return new Animation(width, height, Exif.NONE, background, false, parts, ending);
    }
}

package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.DetectorOptions.ImageSize;
import io.sightlog.detect.Input;
import io.sightlog.detect.Input.ElementType;
import io.sightlog.detect.Input.Layout;
import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.engine.Engine.Port;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The input of a model that takes the picture.
 *
 * @param name of the tensor
 * @param layout of the picture
 * @param type of its numbers
 * @param width in pixels
 * @param height in pixels
 * @param sizeFrom where width and height were seen
 */
record PictureInput(String name, Layout layout, ElementType type, int width, int height, String sizeFrom) {
    private static final int USUAL_SIDE = 640;
    private static final long MAX_PIXELS = 1L << 24;
    private static final Pattern IMGSZ = Pattern.compile("\\[?\\s*(\\d{1,5})\\s*(?:,\\s*(\\d{1,5})\\s*)?\\]?");

    /**
     * Finds it among a model's inputs.
     *
     * @param metadata what the exporter wrote, of which {@code imgsz} is the size where the model leaves it open
     * @param beside what a file beside the model says of its size where the model leaves it open
     * @param wanted size that was asked for, or null
     * @param where the model's path, for messages
     * @throws ModelException when there is not exactly one, or it has not this size
     */
    static PictureInput of(
            List<Port> ports,
            Map<String, String> metadata,
            Preparation beside,
            @Nullable ImageSize wanted,
            String where) {
        List<Port> pictures =
                ports.stream().filter(port -> layout(port.shape()) != null).toList();
        if (pictures.size() != 1) {
            throw new ModelException("the model " + where + " has "
                    + (pictures.isEmpty() ? "no input" : pictures.size() + " inputs")
                    + " for a picture, its inputs are "
                    + ports + "; wanted: one of [1,3,HEIGHT,WIDTH] or [1,HEIGHT,WIDTH,3]");
        }
        Port port = pictures.get(0);
        List<Long> shape = port.shape();
        if (shape.get(0) != -1 && shape.get(0) != 1) {
            throw new ModelException("the model " + where + " takes " + shape.get(0)
                    + " pictures at once, its input is " + port + "; export it with a batch of 1");
        }
        Layout layout = layout(shape) == Layout.NHWC ? Layout.NHWC : Layout.NCHW;
        long height = shape.get(layout == Layout.NCHW ? 2 : 1);
        long width = shape.get(layout == Layout.NCHW ? 3 : 2);
        Sized sized = size(width, height, metadata, beside, wanted, where);
        if (Math.max(sized.width, sized.height) > Input.MAX_SIDE || sized.width * sized.height > MAX_PIXELS) {
            throw new ModelException("the model " + where + " takes pictures of " + sized.width + "x" + sized.height
                    + "; wanted: sides up to " + Input.MAX_SIDE + " and up to " + MAX_PIXELS + " pixels");
        }
        return new PictureInput(
                port.name(), layout, type(port, where), (int) sized.width, (int) sized.height, sized.from);
    }

    /** Exporters that leave every size open have the colours first. */
    private static @Nullable Layout layout(List<Long> shape) {
        if (shape.size() != 4) {
            return null;
        }
        if (shape.get(1) == Input.CHANNELS) {
            return Layout.NCHW;
        }
        if (shape.get(3) == Input.CHANNELS) {
            return Layout.NHWC;
        }
        return shape.get(1) == -1 ? Layout.NCHW : null;
    }

    private static ElementType type(Port port, String where) {
        return switch (port.type()) {
            case "FLOAT" -> ElementType.FLOAT32;
            case "FLOAT16" -> ElementType.FLOAT16;
            case "UINT8" -> ElementType.UINT8;
            default ->
                throw new ModelException("the model " + where + " takes pictures as " + port
                        + "; wanted: float, float16 or uint8; export it with one of them");
        };
    }

    private record Sized(long width, long height, String from) {}

    private static Sized size(
            long width,
            long height,
            Map<String, String> metadata,
            Preparation beside,
            @Nullable ImageSize wanted,
            String where) {
        if (wanted != null) {
            if ((width > 0 && width != wanted.width()) || (height > 0 && height != wanted.height())) {
                throw new ModelException(
                        "imgsz is " + wanted.width() + "x" + wanted.height() + ", but the model " + where
                                + " takes " + side(width) + "x" + side(height)
                                + " only; leave imgsz out, or export the model with dynamic sizes");
            }
            return new Sized(wanted.width(), wanted.height(), "imgsz");
        }
        Matcher said = IMGSZ.matcher(metadata.getOrDefault("imgsz", "").strip());
        boolean isSaid = said.matches();
        long first = isSaid ? Math.max(1, Long.parseLong(said.group(1))) : USUAL_SIDE;
        long second = isSaid && said.group(2) != null ? Math.max(1, Long.parseLong(said.group(2))) : first;
        if (width > 0 && height > 0) {
            boolean isOther = isSaid && (first != height || second != width);
            return new Sized(
                    width,
                    height,
                    "the model's input" + (isOther ? ", metadata imgsz says " + second + "x" + first : ""));
        }
        if (beside.width() > 0 && beside.height() > 0) {
            return new Sized(
                    width > 0 ? width : beside.width(),
                    height > 0 ? height : beside.height(),
                    beside.file() + " beside the model, which leaves it open");
        }
        return new Sized(
                width > 0 ? width : second,
                height > 0 ? height : first,
                isSaid ? "metadata imgsz; the model leaves it open" : "assumed: the model leaves it open");
    }

    private static String side(long size) {
        return size > 0 ? Long.toString(size) : "any";
    }
}

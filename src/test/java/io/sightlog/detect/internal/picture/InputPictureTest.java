package io.sightlog.detect.internal.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import io.sightlog.Seeds;
import io.sightlog.detect.Fit;
import io.sightlog.detect.Input;
import io.sightlog.detect.Input.Colour;
import io.sightlog.detect.Input.ElementType;
import io.sightlog.detect.Input.Layout;
import io.sightlog.detect.Input.MeanStd;
import io.sightlog.detect.Input.Range;
import io.sightlog.detect.Input.Scale;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way to prepare a picture, beside {@link ReferencePicture}. */
@Tag("slow")
class InputPictureTest {
    private static final int WIDTH = 24;
    private static final int HEIGHT = 17;
    /** Of pictures: single pixels and lines, smaller, larger, in both, the input's own, and what divides evenly. */
    private static final List<List<Integer>> SIZES = List.of(
            List.of(1, 1),
            List.of(1, 40),
            List.of(50, 1),
            List.of(2, 2),
            List.of(5, 3),
            List.of(WIDTH, HEIGHT),
            List.of(2 * WIDTH, 2 * HEIGHT),
            List.of(37, 23),
            List.of(41, 9),
            List.of(13, 60));

    private static final List<Scale> SCALES = List.of(
            Range.BYTES,
            Range.UNIT,
            new Range(-1, 1),
            MeanStd.IMAGENET,
            new MeanStd(List.of(10f, 100f, 200f), List.of(1f, 50f, 200f)));

    private final Random random = new Random(Seeds.of(InputPictureTest.class));

    /** What was prepared, as numbers: all types and layouts alike. */
    private static double number(ByteBuffer bytes, Input input, int x, int y, int channel) {
        int at = input.layout() == Layout.NCHW
                ? (channel * input.height() + y) * input.width() + x
                : (y * input.width() + x) * Input.CHANNELS + channel;
        return switch (input.type()) {
            case FLOAT32 -> bytes.getFloat(at * Float.BYTES);
            case FLOAT16 -> half(bytes.getShort(at * Short.BYTES));
            case UINT8 -> bytes.get(at) & 0xff;
        };
    }

    private static double half(short bits) {
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        double size = exponent == 0 ? Math.scalb((double) fraction, -24) : Math.scalb(1024.0 + fraction, exponent - 25);
        return bits < 0 ? -size : size;
    }

    private byte[] noise(int width, int height) {
        byte[] pixels = new byte[width * height * Input.CHANNELS];
        random.nextBytes(pixels);
        return pixels;
    }

    private static Mat picture(byte[] pixels, int width, int height) {
        Mat picture = new Mat(height, width, CV_8UC3);
        try (BytePointer data = picture.data()) {
            data.put(pixels);
        }
        return picture;
    }

    /** Half a step of a byte where bytes are made on the way, and half a step of the type. */
    private static double tolerance(Input input, int channel, double expected) {
        boolean inFloats = input.fit().filter() == Fit.Filter.CORNERS;
        double steps = inFloats ? 1e-3 : 1.01; // OpenCV's weights are numbers of 11 bits
        double type = switch (input.type()) {
            case FLOAT32 -> 1e-5;
            case FLOAT16 -> Math.abs(expected) / 1024 + 1e-6;
            case UINT8 -> inFloats ? 0.501 : 0.5;
        };
        return steps * input.scale().multiply(channel) + type;
    }

    private static void assertSame(Input input, ByteBuffer bytes, ReferencePicture reference, int width, int height) {
        for (int y = 0; y < input.height(); y++) {
            for (int x = 0; x < input.width(); x++) {
                for (int channel = 0; channel < Input.CHANNELS; channel++) {
                    double expected = reference.at(x, y, channel);
                    double found = number(bytes, input, x, y, channel);
                    double off = Math.abs(found - expected);
                    if (!(off <= tolerance(input, channel, expected))) {
                        assertThat(found)
                                .as("%s at %d,%d,%d of a picture of %dx%d", input, x, y, channel, width, height)
                                .isCloseTo(expected, within(tolerance(input, channel, expected)));
                    }
                }
            }
        }
    }

    private static List<Fit> fits(Fit.Filter filter) {
        List<Fit> fits = new ArrayList<>();
        for (Fit.Kind kind : Fit.Kind.values()) {
            for (Fit.Rounding rounding : Fit.Rounding.values()) {
                for (float pad : new float[] {0, 114, 127.5f}) {
                    fits.add(new Fit(kind, pad, rounding, filter));
                }
            }
        }
        return fits;
    }

    private static List<Input> inputs(Fit fit) {
        List<Input> inputs = new ArrayList<>();
        for (Layout layout : Layout.values()) {
            for (ElementType type : ElementType.values()) {
                for (Colour colour : Colour.values()) {
                    for (Scale scale : type == ElementType.UINT8 ? List.of((Scale) Range.BYTES) : SCALES) {
                        inputs.add(new Input("in", WIDTH, HEIGHT, layout, type, colour, scale, fit, Map.of()));
                    }
                }
            }
        }
        return inputs;
    }

    /** One after the other in the same memory, so that what one leaves would be seen in the next. */
    @ParameterizedTest
    @EnumSource
    void everyInputIsAsWorkedOutByHandForPicturesOfEverySizeInTurn(Fit.Filter filter) {
        for (Fit fit : fits(filter)) {
            for (Input input : inputs(fit)) {
                List<List<Integer>> sizes = new ArrayList<>(SIZES);
                Collections.shuffle(sizes, random);
                try (InputPicture prepared = new InputPicture(input)) {
                    for (List<Integer> size : sizes) {
                        int width = size.get(0);
                        int height = size.get(1);
                        byte[] pixels = noise(width, height);
                        try (Mat picture = picture(pixels, width, height)) {
                            ByteBuffer bytes = prepared.prepare(picture);
                            assertSame(input, bytes, new ReferencePicture(input, pixels, width, height), width, height);
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPartOfAnotherPictureIsPreparedAsIfItStoodAlone(Fit.Filter filter) {
        for (Fit fit : List.of(
                new Fit(Fit.Kind.LETTERBOX, 7, Fit.Rounding.ROUND, filter),
                new Fit(Fit.Kind.STRETCH, 7, Fit.Rounding.ROUND, filter))) {
            for (Input input : inputs(fit)) {
                for (List<Integer> size : List.of(List.of(WIDTH, HEIGHT), List.of(31, 29), List.of(1, 3))) {
                    try (Mat whole = picture(noise(64, 48), 64, 48);
                            Rect where = new Rect(64 - size.get(0), 48 - size.get(1), size.get(0), size.get(1));
                            Mat part = whole.apply(where);
                            Mat alone = part.clone();
                            InputPicture one = new InputPicture(input);
                            InputPicture other = new InputPicture(input)) {
                        assertThat(one.prepare(part)).as("%s %s", input, size).isEqualTo(other.prepare(alone));
                    }
                }
            }
        }
    }

    @Test
    void thePictureIsNotChanged() {
        for (Fit.Filter filter : Fit.Filter.values()) {
            for (Input input : inputs(new Fit(Fit.Kind.LETTERBOX, 114, Fit.Rounding.ROUND, filter))) {
                byte[] pixels = noise(WIDTH, HEIGHT);
                try (Mat picture = picture(pixels, WIDTH, HEIGHT);
                        InputPicture prepared = new InputPicture(input);
                        BytePointer data = picture.data()) {
                    prepared.prepare(picture);
                    prepared.prepare(picture);
                    byte[] after = new byte[pixels.length];
                    data.get(after);
                    assertThat(after).isEqualTo(pixels);
                }
            }
        }
    }

    @Test
    void nothingNativeIsLeftBehindByTenThousandPictures() {
        thePictureIsNotChanged(); // OpenCV's classes make constants of their own when they are first used
        for (Fit.Filter filter : Fit.Filter.values()) {
            Fit fit = new Fit(Fit.Kind.LETTERBOX, 114, Fit.Rounding.ROUND, filter);
            for (Layout layout : Layout.values()) {
                Input input = Input.floats("in", 64, 64, layout, Colour.RGB, MeanStd.IMAGENET, fit);
                long before = Pointer.totalCount();
                try (Mat wide = picture(noise(96, 48), 96, 48);
                        Mat high = picture(noise(20, 70), 20, 70);
                        InputPicture prepared = new InputPicture(input)) {
                    prepared.prepare(wide);
                    long pointers = Pointer.totalCount();
                    for (int i = 0; i < 10_000 / Fit.Filter.values().length; i++) {
                        prepared.prepare(i % 3 == 0 ? high : wide);
                    }
                    prepared.prepare(wide);
                    assertThat(Pointer.totalCount()).as("%s", input).isEqualTo(pointers);
                }
                assertThat(Pointer.totalCount()).as("%s, closed", input).isEqualTo(before);
            }
        }
    }

    @Test
    void aPictureThatIsNotBgrOrEmptyIsRefused() {
        Input input = Input.floats("in", 8, 8, Layout.NCHW, Colour.RGB, Range.UNIT, Fit.LETTERBOX);
        try (InputPicture prepared = new InputPicture(input);
                Mat grey = new Mat(4, 4, CV_8UC1);
                Mat empty = new Mat()) {
            assertThatThrownBy(() -> prepared.prepare(grey))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("4x4")
                    .hasMessageContaining("8-bit BGR");
            assertThatThrownBy(() -> prepared.prepare(empty)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(prepared::placement).isInstanceOf(IllegalStateException.class);
        }
    }
}

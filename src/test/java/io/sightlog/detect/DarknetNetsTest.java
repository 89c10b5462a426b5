package io.sightlog.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import io.sightlog.Seeds;
import io.sightlog.event.Detection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.indexer.UByteIndexer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small nets of every kind, against {@link DarknetReference}: the same boxes, from the pixels to the picture's edges. */
@Tag("slow")
class DarknetNetsTest {
    private static final long SEED = Seeds.of(DarknetNetsTest.class);
    private static final float THRESHOLD = .05f;
    private static final float TOLERANCE = 2e-4f;
    private static final float TOLERANCE_PIXELS = .05f;

    @TempDir
    Path folder;

    /**
     * @param name of the kind
     * @param layers a section a line, its keys behind it
     */
    private record Net(String name, String layers) {
        @Override
        public String toString() {
            return name;
        }

        String cfg() {
            return layers.lines()
                    .map(line ->
                            "[" + line.strip().replaceFirst("\\s+|$", "]\n").replaceAll("\\s+", "\n"))
                    .collect(Collectors.joining("\n\n", "", "\n"));
        }
    }

    private static Stream<Net> nets() {
        return Stream.of(
                new Net("v2", """
                        net width=48 height=32 channels=3
                        convolutional filters=6 size=3 pad=1 batch_normalize=1 activation=leaky
                        maxpool size=2 stride=2
                        convolutional filters=4 size=3 pad=1 batch_normalize=1 activation=leaky
                        maxpool size=2 stride=2
                        convolutional filters=8 size=3 pad=1 batch_normalize=1 activation=leaky
                        route layers=-3
                        reorg stride=2
                        route layers=-1,-3
                        convolutional filters=16 size=1 activation=linear
                        region anchors=1.3,1.7,3.1,4.2 classes=3 coords=4 num=2 softmax=1 thresh=.6 bias_match=1 absolute=1"""),
                new Net("v2 without softmax, weak ones dropped", """
                        net width=32 height=32 channels=3 batch=64
                        convolutional filters=6 size=3 pad=1 stride=2 activation=leaky
                        maxpool size=2 stride=2
                        convolutional filters=16 size=1 activation=linear
                        region anchors=1.3,1.7,3.1,4.2 classes=3 num=2 classfix=-1"""),
                new Net("v3", """
                        net width=32 height=64 channels=3
                        convolutional filters=8 size=3 pad=1 stride=2 batch_normalize=1 activation=leaky
                        convolutional filters=4 size=1 batch_normalize=1 activation=leaky
                        convolutional filters=8 size=3 pad=1 batch_normalize=1 activation=leaky
                        shortcut from=-3 activation=linear
                        convolutional filters=8 size=3 pad=1 stride=2 batch_normalize=1 activation=leaky
                        convolutional filters=16 size=1 activation=linear
                        yolo mask=2,3 anchors=5,7,10,9,20,24,31,30 classes=3 num=4 ignore_thresh=.7 truth_thresh=1 random=1
                        route layers=-3
                        convolutional filters=4 size=1 batch_normalize=1 activation=leaky
                        upsample stride=2
                        route layers=-1,3
                        convolutional filters=16 size=1 activation=linear
                        yolo mask=0,1 anchors=5,7,10,9,20,24,31,30 classes=3 num=4 ignore_thresh=.7 truth_thresh=1 random=1"""),
                new Net("v3-tiny and three heads", """
                        net width=64 height=64 channels=3
                        convolutional filters=6 size=3 pad=1 batch_normalize=1 activation=leaky
                        maxpool size=2 stride=2
                        convolutional filters=8 size=3 pad=1 batch_normalize=1 activation=leaky
                        maxpool size=2 stride=2
                        convolutional filters=8 size=3 pad=1 batch_normalize=1 activation=leaky
                        maxpool size=2 stride=1
                        convolutional filters=14 size=1 activation=linear
                        yolo mask=4,5 anchors=4,5,8,8,11,9,16,22,31,24,40,44, classes=2 num=6
                        route layers=-3
                        maxpool size=2 stride=2
                        convolutional filters=14 size=1 activation=linear
                        yolo mask=2,3 anchors=4,5,8,8,11,9,16,22,31,24,40,44 classes=2 num=6
                        route layers=1
                        convolutional filters=14 size=1 activation=linear
                        yolo mask=0,1 anchors=4,5,8,8,11,9,16,22,31,24,40,44 classes=2 num=6"""),
                new Net("csp with mish and new coordinates, in a letterbox", """
                        net width=48 height=32 channels=3 letter_box=1
                        convolutional filters=8 size=3 pad=1 stride=2 batch_normalize=1 activation=mish
                        convolutional filters=6 size=1 batch_normalize=1 activation=mish
                        route layers=-2
                        convolutional filters=6 size=1 batch_normalize=1 activation=swish
                        convolutional filters=6 size=3 pad=1 batch_normalize=1 activation=mish
                        shortcut from=-2 activation=mish
                        route layers=-1,-5
                        convolutional filters=14 size=1 stride=2 activation=logistic
                        yolo mask=0,2 anchors=7,9,12,10,20,24 classes=2 num=3 scale_x_y=2.0 new_coords=1 nms_kind=diounms beta_nms=.7"""),
                new Net("a high letterbox", """
                        net width=31 height=64 channels=3 letter_box=1
                        convolutional filters=14 size=5 pad=1 stride=4 activation=linear
                        yolo anchors=7,9,12,10 classes=2 num=2 scale_x_y=1.2"""),
                new Net("spp", """
                        net width=32 height=32 channels=3
                        convolutional filters=4 size=3 pad=1 stride=2 batch_normalize=1 activation=leaky
                        maxpool size=5 stride=1
                        route layers=-2
                        maxpool size=9 stride=1
                        route layers=-4
                        maxpool size=13 stride=1
                        route layers=-1,-3,-5,-6
                        convolutional filters=7 size=1 stride=2 activation=linear
                        yolo mask=0 anchors=9,9 classes=2 num=1"""),
                new Net("v4-tiny with groups, depthwise and dropout", """
                        net width=32 height=32 channels=3
                        convolutional filters=8 size=3 pad=1 stride=2 batch_normalize=1 activation=leaky
                        route layers=-1 groups=2 group_id=1
                        convolutional filters=4 size=3 pad=1 groups=4 batch_normalize=1 activation=leaky
                        convolutional filters=8 size=1 groups=2 batch_normalize=1 activation=linear
                        dropout probability=.15
                        shortcut from=-5
                        empty
                        route layers=-1,0 groups=4 group_id=2
                        convolutional filters=7 size=1 stride=2 activation=linear
                        yolo mask=0 anchors=9,9 classes=2 num=1 scale_x_y=1.05"""),
                new Net("squeeze and excitation, sam", """
                        net width=32 height=32 channels=3
                        convolutional filters=6 size=3 pad=1 stride=2 batch_normalize=1 activation=swish
                        avgpool
                        convolutional filters=4 size=1 activation=swish
                        convolutional filters=6 size=1 activation=logistic
                        scale_channels from=-4 activation=leaky
                        convolutional filters=6 size=1 activation=logistic
                        sam from=-2
                        convolutional filters=1 size=1 activation=logistic
                        scale_channels from=-2 scale_wh=1
                        convolutional filters=7 size=1 stride=2 activation=linear
                        yolo mask=0 anchors=9,9 classes=2 num=1"""),
                new Net("pictures made of channels and back", """
                        net width=32 height=32 channels=3
                        convolutional filters=4 size=3 pad=1 stride=2 activation=leaky
                        reorg3d stride=2
                        convolutional filters=16 size=1 activation=leaky
                        reorg stride=2 reverse=1
                        shortcut from=0
                        reorg stride=2
                        reorg3d stride=1 reverse=1
                        convolutional filters=32 size=1 activation=leaky
                        reorg3d stride=2 reverse=1
                        convolutional filters=7 size=1 activation=linear
                        yolo mask=0 anchors=9,9 classes=2 num=1"""),
                new Net("odd strides, paddings, dilation, sums of several", """
                        net width=37 height=29 channels=3
                        convolutional filters=4 size=3 pad=1 stride_x=2 stride_y=1 cbn=1 activation=relu
                        maxpool size=3 stride_x=1 stride_y=2 padding=3
                        convolutional filters=6 size=3 pad=1 dilation=2 activation=leaky
                        convolutional filters=3 size=4 padding=2 stride=2 activation=leaky
                        convolutional filters=5 size=1
                        shortcut from=-2,-1 activation=leaky
                        local_avgpool size=3 stride=1
                        upsample stride=2 scale=.5
                        activation activation=loggy
                        convolutional filters=7 size=2 stride=3 activation=linear
                        yolo mask=0 anchors=9,9 classes=2 num=1"""));
    }

    /** As many numbers as it takes for a net that finds something. */
    private void compare(Net net, long seed) throws IOException {
        Path cfg = Files.writeString(folder.resolve("net.cfg"), net.cfg());
        Path weights = folder.resolve("net.weights");
        int compared = 0;
        for (int attempt = 0; compared <= 10; attempt++) {
            assertThat(attempt).as("nets that find nothing").isLessThan(50);
            long first = (seed * 100 + attempt) * 10_000;
            MadeWeights.write(cfg, weights, first, net.name().startsWith("v2") ? 0 : 1);
            compared += compare(cfg, new DarknetReference(cfg, weights), first);
        }
    }

    /** What Darknet would find, and what is found here. */
    private static int compare(Path cfg, DarknetReference reference, long seed) {
        int compared = 0;
        DetectorOptions options = DetectorOptions.DEFAULT.withConf(THRESHOLD).withIou(1f); // nothing is suppressed
        try (Detector detector = Detector.open(Model.find(cfg.toString()), options)) {
            for (int[] size : new int[][] {{41, 23}, {17, 50}}) {
                try (Mat picture = picture(size[0], size[1], seed + size[0])) {
                    List<Detection> wanted = reference.boxes(picture, THRESHOLD);
                    assertSame(wanted, detector.detect(picture).found());
                    compared += wanted.size();
                }
            }
        }
        return compared;
    }

    private static void assertSame(List<Detection> wanted, List<Detection> found) {
        List<Detection> unknown = new ArrayList<>(found);
        List<Detection> missing = new ArrayList<>();
        for (Detection one : wanted) {
            int at = 0;
            while (at < unknown.size() && !isSame(one, unknown.get(at))) {
                at++;
            }
            if (at == unknown.size()) {
                missing.add(one);
            } else {
                unknown.remove(at);
            }
        }
        missing.removeIf(one -> one.confidence() < THRESHOLD + TOLERANCE);
        unknown.removeIf(one -> one.confidence() < THRESHOLD + TOLERANCE);
        assertThat(missing)
                .as("missing, of " + wanted.size() + "; instead: " + unknown)
                .isEmpty();
        assertThat(unknown).as("too many").isEmpty();
    }

    private static boolean isSame(Detection a, Detection b) {
        return a.classId() == b.classId()
                && Math.abs(a.confidence() - b.confidence()) <= TOLERANCE
                && Math.abs(a.x() - b.x()) <= TOLERANCE_PIXELS
                && Math.abs(a.y() - b.y()) <= TOLERANCE_PIXELS
                && Math.abs(a.w() - b.w()) <= TOLERANCE_PIXELS
                && Math.abs(a.h() - b.h()) <= TOLERANCE_PIXELS;
    }

    private static Mat picture(int width, int height, long seed) {
        Mat picture = new Mat(height, width, CV_8UC3);
        Random random = new Random(seed);
        try (UByteIndexer pixels = picture.createIndexer()) {
            for (int i = 0; i < width * height * 3; i++) {
                pixels.put(i / 3 / width, i / 3 % width, i % 3, random.nextInt(256));
            }
        }
        return picture;
    }

    @ParameterizedTest
    @MethodSource("nets")
    void aNetFindsWhatDarknetsLoopsFind(Net net) throws IOException {
        compare(net, SEED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "linear",
                "leaky",
                "revleaky",
                "relu",
                "relu6",
                "logistic",
                "tanh",
                "elu",
                "selu",
                "gelu",
                "relie",
                "ramp",
                "loggy",
                "plse",
                "stair",
                "hardtan",
                "lhtan",
                "swish",
                "silu",
                "mish",
                "hard_mish",
                "normalize_channels",
                "normalize_channels_softmax",
                "normalize_channels_softmax_maxval"
            })
    void everyActivationIsDarknets(String activation) throws IOException {
        compare(new Net(activation, """
                        net width=24 height=24 channels=3
                        convolutional filters=6 size=3 pad=1 stride=2 activation=linear
                        convolutional filters=6 size=3 pad=1 stride=1 activation=linear
                        upsample stride=1 scale=4
                        convolutional filters=6 size=1 activation=ACTIVATION
                        convolutional filters=7 size=1 stride=2 activation=linear
                        yolo mask=0 anchors=9,9 classes=2 num=1""".replace("ACTIVATION", activation)), SEED + activation.hashCode());
    }
}

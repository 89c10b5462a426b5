package io.sightlog.cli.options;

import io.sightlog.detect.DetectorOptions;
import io.sightlog.detect.DetectorOptions.Device;
import io.sightlog.detect.DetectorOptions.ImageSize;
import io.sightlog.detect.ModelFiles;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How a model is loaded: {@code --weights}, {@code --imgsz}, {@code --threads}, {@code --device}. */
public final class ModelOptions {
    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description = "Weights of a Darknet model (default: the file of the cfg's name beside it).")
    @Nullable
    Path weights;

    @Option(
            names = "--imgsz",
            paramLabel = "N|H,W",
            converter = ImageSizeConverter.class,
            description = "Size of the input, of a model that leaves it open (default: as the model says).")
    @Nullable
    ImageSize imgsz;

    @Option(
            names = "--threads",
            paramLabel = "auto|N",
            defaultValue = "auto",
            converter = ThreadsConverter.class,
            description = "Threads for one inference; auto is one with two processors or fewer, else all physical "
                    + "cores but one (default: ${DEFAULT-VALUE}).")
    int threads = DetectorOptions.AUTO_THREADS;

    @Option(
            names = "--device",
            paramLabel = "cpu|cuda[:N]",
            defaultValue = "cpu",
            converter = DeviceConverter.class,
            description = "What runs the model (default: ${DEFAULT-VALUE}). A GPU needs a build with -Pgpu.")
    Device device = Device.CPU;

    /** @param labels what class ids mean, or null */
    public ModelFiles files(@Nullable Path labels) {
        return new ModelFiles(weights, labels);
    }

    /** As asked for, and the rest as the model says. */
    public DetectorOptions detection() {
        return DetectorOptions.DEFAULT.withImgsz(imgsz).withThreads(threads).withDevice(device);
    }

    /** {@code 640}, or Ultralytics' {@code 480,640}: height, width. */
    static final class ImageSizeConverter implements ITypeConverter<ImageSize> {
        private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(?:,(\\d{1,9}))?");

        @Override
        public ImageSize convert(String text) {
            Matcher matcher = SIZE.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException(
                        "bad size \"" + text + "\": N or HEIGHT,WIDTH in pixels is needed, as 640 or 480,640");
            }
            int height = Integer.parseInt(matcher.group(1));
            try {
                return new ImageSize(matcher.group(2) == null ? height : Integer.parseInt(matcher.group(2)), height);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** {@code auto} or a number. */
    static final class ThreadsConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            if (text.toLowerCase(Locale.ROOT).equals("auto")) {
                return DetectorOptions.AUTO_THREADS;
            }
            if (text.matches("\\d{1,9}")) {
                int threads = Integer.parseInt(text);
                if (threads >= 1 && threads <= DetectorOptions.MAX_THREADS) {
                    return threads;
                }
            }
            throw new TypeConversionException("bad number of threads \"" + text + "\": auto, or 1 to "
                    + DetectorOptions.MAX_THREADS + ", is needed");
        }
    }

    /** {@code cpu}, {@code cuda}, or {@code cuda:1}. */
    static final class DeviceConverter implements ITypeConverter<Device> {
        private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,4}))?");

        @Override
        public Device convert(String text) {
            String lower = text.toLowerCase(Locale.ROOT);
            Matcher matcher = CUDA.matcher(lower);
            if (matcher.matches()) {
                return new Device(matcher.group(1) == null ? 0 : Integer.parseInt(matcher.group(1)));
            }
            if (lower.equals("cpu")) {
                return Device.CPU;
            }
            throw new TypeConversionException("bad device \"" + text + "\": cpu, cuda or cuda:N is needed");
        }
    }
}

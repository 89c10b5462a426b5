package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.Fit;
import io.sightlog.detect.Input;
import io.sightlog.detect.Input.Scale;
import io.sightlog.detect.internal.recognise.Subject.Neighbours;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What Hugging Face's exporters write beside a model: {@code config.json} and {@code preprocessor_config.json}. */
final class HuggingFace {
    static final String CONFIG = "config.json";
    static final String PREPROCESSOR = "preprocessor_config.json";

    /** Antialiased, as Pillow and torchvision do it, in the middle of a picture of the input's size. */
    private static final Fit STRETCH = new Fit(Fit.Kind.STRETCH, 0, Fit.Rounding.ROUND, Fit.Filter.AREA);

    /** What is not covered is near the mean of ImageNet, which becomes nearly nothing. */
    private static final Fit CORNER = new Fit(Fit.Kind.CORNER, 114, Fit.Rounding.ROUND, Fit.Filter.AREA);

    private static final Set<String> SOFTMAX = Set.of("detr", "table-transformer", "yolos");
    private static final Set<String> SIGMOID = Set.of(
            "conditional_detr", "deformable_detr", "dab-detr", "deta", "rt_detr", "rt_detr_v2", "d_fine", "rf_detr");

    private HuggingFace() {}

    /** {@code softmax} or {@code sigmoid} by the kind of model, or null when it is not known. */
    static @Nullable String activation(Neighbours files) {
        ConfigFile config = ConfigFile.json(files, CONFIG);
        String type = config == null ? "" : config.text("model_type", "");
        return SOFTMAX.contains(type) ? "softmax" : SIGMOID.contains(type) ? "sigmoid" : null;
    }

    /** Labels, from id 0; empty when there are none. */
    static List<String> labels(Neighbours files) {
        ConfigFile config = ConfigFile.json(files, CONFIG);
        if (config == null || !(config.keys().get("id2label") instanceof Map<?, ?> said)) {
            return List.of();
        }
        TreeMap<Integer, String> byId = new TreeMap<>();
        said.forEach((id, label) -> {
            if (!String.valueOf(id).matches("\\d{1,5}")) {
                throw config.wrong("id2label", id, "numbers and their labels");
            }
            byId.put(Integer.parseInt(String.valueOf(id)), TextTree.oneLine(String.valueOf(label)));
        });
        List<String> labels = new ArrayList<>();
        for (int id = 0; !byId.isEmpty() && id <= byId.lastKey(); id++) {
            String label = byId.getOrDefault(id, "");
            labels.add(label.isEmpty() ? Names.unnamed(id) : label);
        }
        return labels;
    }

    /** How pictures are prepared; {@link Preparation#NONE} when there is no file that says so. */
    static Preparation preparation(Neighbours files) {
        ConfigFile config = ConfigFile.json(files, PREPROCESSOR);
        if (config == null) {
            return Preparation.NONE;
        }
        Scale scale = scale(config);
        if (!(config.keys().get("size") instanceof Map<?, ?> said)) {
            return new Preparation(PREPROCESSOR, 0, 0, null, scale, List.of(), List.of());
        }
        ConfigFile size = config.under("size", said);
        int width = side(size, "width");
        int height = side(size, "height");
        int shortest = side(size, "shortest_edge");
        if (width > 0 && height > 0) {
            return new Preparation(PREPROCESSOR, width, height, STRETCH, scale, List.of(), List.of());
        }
        return new Preparation(
                PREPROCESSOR,
                shortest,
                shortest,
                CORNER,
                scale,
                List.of(),
                List.of("pictures keep their proportions, in the left top corner of the input, where " + PREPROCESSOR
                        + " has an input of each picture's own size"));
    }

    private static @Nullable Scale scale(ConfigFile config) {
        Boolean isRescaled = config.truth("do_rescale");
        Boolean isNormalized = config.truth("do_normalize");
        List<Double> mean = config.numbers("image_mean", Input.CHANNELS);
        List<Double> std = config.numbers("image_std", Input.CHANNELS);
        if (isRescaled == null || isNormalized == null || (isNormalized && (mean == null || std == null))) {
            return null;
        }
        Number factor = config.number("rescale_factor");
        double times = !isRescaled ? 1 : factor == null ? 1.0 / 255 : factor.doubleValue();
        if (!(times > 0 && times <= 1)) {
            throw config.wrong("rescale_factor", factor, "a number above 0, up to 1");
        }
        return Preparation.scale(times, isNormalized ? mean : null, isNormalized ? std : null, config);
    }

    private static int side(ConfigFile size, String key) {
        Number side = size.number(key);
        if (side == null) {
            return 0;
        }
        if (side.doubleValue() < 1 || side.doubleValue() > Input.MAX_SIDE) {
            throw size.wrong(key, side, "1 to " + Input.MAX_SIDE);
        }
        return side.intValue();
    }
}

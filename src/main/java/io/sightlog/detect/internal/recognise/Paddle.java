package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.Fit;
import io.sightlog.detect.Input;
import io.sightlog.detect.Input.Range;
import io.sightlog.detect.Input.Scale;
import io.sightlog.detect.internal.recognise.Subject.Neighbours;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What PaddleDetection's exporter writes beside a model: {@code infer_cfg.yml}, in newer versions {@code inference.yml}. */
final class Paddle {
    static final List<String> FILES = List.of("infer_cfg.yml", "inference.yml");

    private final ConfigFile config;
    private final List<String> assumed = new ArrayList<>();
    private int width;
    private int height;
    private Fit fit = Fit.STRETCH;
    private Scale scale = Range.BYTES;

    private Paddle(ConfigFile config) {
        this.config = config;
    }

    /** How pictures are prepared; {@link Preparation#NONE} when there is no file that says so. */
    static Preparation preparation(Neighbours files) {
        for (String name : FILES) {
            ConfigFile config = ConfigFile.yaml(files, name);
            if (config != null) {
                return new Paddle(config).preparation();
            }
        }
        return Preparation.NONE;
    }

    private Preparation preparation() {
        if (!(config.keys().get("Preprocess") instanceof List<?> steps)) {
            throw config.wrong("Preprocess", config.keys().get("Preprocess"), "a list");
        }
        for (Object step : steps) {
            if (!(step instanceof Map<?, ?> keys)) {
                throw config.wrong("Preprocess", step, "steps with a type");
            }
            step(config.under("Preprocess", keys));
        }
        return new Preparation(config.name(), width, height, fit, scale, labels(), assumed);
    }

    private void step(ConfigFile step) {
        String type = step.text("type", "");
        switch (type) {
            case "Resize" -> resize(step);
            case "NormalizeImage" -> normalize(step);
            case "Permute" -> {} // colours first, as the input's shape says
            case "PadStride" -> requireNoPadding(step);
            default -> throw step.wrong("type", type, "Resize, NormalizeImage or Permute");
        }
    }

    private void resize(ConfigFile step) {
        if (Boolean.TRUE.equals(step.truth("keep_ratio"))) {
            throw step.wrong("keep_ratio", true, "false");
        }
        List<Double> size = step.numbers("target_size", 2);
        if (size == null || size.stream().anyMatch(side -> side < 1 || side > Input.MAX_SIDE)) {
            throw step.wrong("target_size", size, "[HEIGHT, WIDTH]");
        }
        height = size.get(0).intValue();
        width = size.get(1).intValue();
        Number way = Objects.requireNonNullElse(step.number("interp"), 1);
        Fit.@Nullable Filter filter = switch (way.intValue()) { // as OpenCV numbers them
            case 1 -> Fit.Filter.LINEAR;
            case 2 -> Fit.Filter.CUBIC;
            case 3 -> Fit.Filter.AREA;
            default -> null;
        };
        if (filter == null) {
            assumed.add("pictures are resized linearly, where " + config.name() + " has OpenCV's way " + way);
        }
        fit = new Fit(Fit.Kind.STRETCH, 0, Fit.Rounding.ROUND, filter == null ? Fit.Filter.LINEAR : filter);
    }

    private void requireNoPadding(ConfigFile step) {
        Number stride = Objects.requireNonNullElse(step.number("stride"), 0);
        if (stride.intValue() > 0 && (width % stride.intValue() != 0 || height % stride.intValue() != 0)) {
            throw step.wrong("stride", stride, "a divisor of the size, " + width + "x" + height);
        }
    }

    private void normalize(ConfigFile step) {
        double factor = Boolean.FALSE.equals(step.truth("is_scale")) ? 1 : 1.0 / 255;
        boolean isPlain = step.text("norm_type", "mean_std").equals("none");
        List<Double> mean = step.numbers("mean", Input.CHANNELS);
        List<Double> std = step.numbers("std", Input.CHANNELS);
        if (!isPlain && (mean == null || std == null)) {
            throw step.wrong("mean", mean, "three numbers, and three of std");
        }
        scale = Preparation.scale(factor, isPlain ? null : mean, isPlain ? null : std, step);
    }

    private List<String> labels() {
        List<String> labels = new ArrayList<>();
        if (config.keys().get("label_list") instanceof List<?> said) {
            said.forEach(label -> {
                String line = TextTree.oneLine(String.valueOf(label));
                labels.add(line.isEmpty() ? Names.unnamed(labels.size()) : line);
            });
        }
        return labels;
    }
}

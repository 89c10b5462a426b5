package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.Fit;
import io.sightlog.detect.Input.MeanStd;
import io.sightlog.detect.Input.Range;
import io.sightlog.detect.Input.Scale;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a file beside a model says that pictures are prepared.
 *
 * @param file that says so
 * @param width of the input in pixels, or 0 when it does not say
 * @param height of the input in pixels, or 0 when it does not say
 * @param fit of pictures, or null when it does not say
 * @param scale of pixels, or null when it does not say
 * @param labels from id 0, empty when it does not say
 * @param assumed what is not quite as the file has it, one sentence each
 */
record Preparation(
        String file,
        int width,
        int height,
        @Nullable Fit fit,
        @Nullable Scale scale,
        List<String> labels,
        List<String> assumed) {
    Preparation {
        labels = List.copyOf(labels);
        assumed = List.copyOf(assumed);
    }

    /** Whatever a model says nothing about. */
    static final Preparation NONE = new Preparation("", 0, 0, null, null, List.of(), List.of());

    /**
     * {@code (pixel * factor - mean) / std}.
     *
     * @param file whose numbers they are, for messages
     */
    static Scale scale(double factor, @Nullable List<Double> mean, @Nullable List<Double> std, ConfigFile file) {
        if (mean == null || std == null) {
            return new Range(0, (float) (255 * factor));
        }
        List<Float> means = new ArrayList<>();
        List<Float> stds = new ArrayList<>();
        for (int i = 0; i < mean.size(); i++) {
            means.add((float) (mean.get(i) / factor));
            stds.add((float) (std.get(i) / factor));
        }
        try {
            return new MeanStd(means, stds);
        } catch (IllegalArgumentException e) {
            throw file.wrong("std", std, "numbers above 0");
        }
    }

    /** What the match knows from the file, in place of what it assumes. */
    Match into(Match match) {
        Match known = match;
        if (scale != null) {
            known = known.fed(known.colour(), scale).seeing("scale", scale.toString(), file + " beside the model");
        }
        if (fit != null) {
            known = known.fitted(fit).seeing("fit", fit.toString(), file + " beside the model");
        }
        if (!labels.isEmpty()) {
            known = known.withLabels(labels, file + " beside the model");
        }
        for (String sentence : assumed) {
            known = known.assuming(sentence);
        }
        return known;
    }
}

package io.sightlog.detect.internal.recognise;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The labels of the COCO data set, which most detectors have been trained on, as the card of a bundled model has them. */
final class Coco {
    /** The 80 that have pictures, in their usual order. */
    static final List<String> LABELS = read();

    private Coco() {}

    /** The labels of a family whose models are trained on COCO, if they may be: for 80 classes, or a number that is not known (0). */
    static List<String> habit(int classes) {
        return classes == 0 || classes == LABELS.size() ? LABELS : List.of();
    }

    /** Categories that the data set leaves out, of 1 to 90. */
    private static final Set<Integer> GAPS = Set.of(12, 26, 29, 30, 45, 66, 68, 69, 71, 83);

    /** The labels by the data set's own numbers, which begin at 1 and have gaps: {@code class N} where there is none. */
    static List<String> categories() {
        List<String> categories = new ArrayList<>(List.of(Names.unnamed(0)));
        for (String label : LABELS) {
            while (GAPS.contains(categories.size())) {
                categories.add(Names.unnamed(categories.size()));
            }
            categories.add(label);
        }
        return categories;
    }

    private static List<String> read() {
        try (InputStream card = Coco.class.getResourceAsStream("/io/sightlog/models/mb3-centernet.yaml")) {
            String yaml = new String(Objects.requireNonNull(card).readAllBytes(), StandardCharsets.UTF_8);
            Map<?, ?> keys = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(yaml);
            return ((List<?>) Objects.requireNonNull(keys.get("labels")))
                    .stream().map(String::valueOf).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("reading the labels of a bundled model", e);
        }
    }
}

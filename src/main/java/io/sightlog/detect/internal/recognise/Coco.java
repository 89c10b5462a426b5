package io.sightlog.detect.internal.recognise;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

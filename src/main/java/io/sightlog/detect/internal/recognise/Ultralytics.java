package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.Fit;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the families of Ultralytics' exporter have in common: RGB in 0..1, letterboxed on grey, and metadata. */
final class Ultralytics {
    private static final Pattern NAME = Pattern.compile("\\b(YOLO|RT-?DETR)(v?\\d{0,2})", Pattern.CASE_INSENSITIVE);

    private Ultralytics() {}

    /**
     * A model of one of them.
     *
     * @param otherwise its family when metadata does not say which
     */
    static Match match(Facts facts, String otherwise, String decoder, List<String> outputs, int classes) {
        return Match.of(family(facts.metadata(), otherwise), decoder, outputs, classes, Fit.LETTERBOX);
    }

    /** As its description says, such as {@code YOLOv8} of {@code Ultralytics YOLOv8n model trained on coco.yaml}. */
    static String family(Map<String, String> metadata, String otherwise) {
        Matcher name = NAME.matcher(metadata.getOrDefault("description", ""));
        return name.find() && !name.group(2).isEmpty() ? name.group() : otherwise;
    }
}

package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.ModelCard;
import io.sightlog.detect.Recognition;
import java.util.Map;

/**
 * What a model is.
 *
 * @param card as somebody might have written it
 * @param recognition why
 * @param family for people, such as {@code YOLOv8}
 * @param unknown what of the card is no more than a placeholder, by its key there, and what may stand there: empty for a card that is good
 */
public record Recognised(ModelCard card, Recognition recognition, String family, Map<String, String> unknown) {
    public Recognised {
        unknown = Map.copyOf(unknown);
    }
}

package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.Fit;
import io.sightlog.detect.Input.Colour;
import io.sightlog.detect.Input.Scale;
import io.sightlog.detect.Input.Side;
import io.sightlog.detect.ModelCard.Nms;
import io.sightlog.detect.Recognition.Conclusion;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a family says of a model that looks like one of its own.
 *
 * @param family for people, such as {@code YOLOv8}
 * @param decoder reads its outputs
 * @param settings what the decoder wants to know
 * @param outputs names of the tensors the decoder wants, in its order
 * @param classes how many there are
 * @param habit the labels its models have unless somebody trained them anew, or empty when there is no such habit
 * @param colour order of colours
 * @param scale of pixels
 * @param fit of pictures
 * @param sides what the other inputs take
 * @param nms after the decoder
 * @param seen what was seen, and where
 * @param assumed what was not seen, one sentence each: printed at the start of a run
 * @param missing null; or what cannot be known without a card, when there is too much of it: an error that shows the card to write
 */
record Match(
        String family,
        String decoder,
        Map<String, Object> settings,
        List<String> outputs,
        int classes,
        List<String> habit,
        Colour colour,
        Scale scale,
        Fit fit,
        Map<String, Side> sides,
        Nms nms,
        List<Conclusion> seen,
        List<String> assumed,
        @Nullable String missing) {}

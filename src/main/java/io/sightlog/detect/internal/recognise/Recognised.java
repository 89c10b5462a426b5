package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.ModelCard;
import io.sightlog.detect.Recognition;

/**
 * What a model is.
 *
 * @param card as somebody might have written it
 * @param recognition why
 */
public record Recognised(ModelCard card, Recognition recognition) {}

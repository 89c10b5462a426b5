package io.sightlog.detect;

import io.sightlog.detect.internal.decode.OutputDecoder;
import io.sightlog.detect.internal.engine.Engine;

/**
 * A model in the engine, and what is known about it. Whoever has it closes the engine.
 *
 * @param card written by hand, or concluded
 * @param engine ready to run
 * @param decoder reads its outputs
 * @param recognition how the card was concluded
 */
record LoadedModel(ModelCard card, Engine engine, OutputDecoder decoder, Recognition recognition) {}

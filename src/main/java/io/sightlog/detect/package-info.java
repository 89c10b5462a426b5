/**
 * From a decoded picture to what is in it. The only room that knows DJL and ONNX Runtime.
 *
 * <p>A {@link io.sightlog.detect.Model} is an ONNX file and the {@link io.sightlog.detect.ModelCard} beside it. A
 * {@link io.sightlog.detect.Detector} holds one loaded model and turns pictures into detections: it prepares the input
 * with OpenCV, runs the model, lets the card's {@link io.sightlog.detect.OutputDecoder} read the outputs, and keeps the
 * strongest of overlapping boxes. A further family of models is a further {@code OutputDecoder}.
 */
@NullMarked
package io.sightlog.detect;

import org.jspecify.annotations.NullMarked;

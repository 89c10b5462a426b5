package io.sightlog.architecture.broken.capture;

import ai.djl.Model;
import io.sightlog.architecture.broken.detect.Detect;

/** Knows the detector and its library. */
public class Capture {
    Detect detect;
    Model model;
}

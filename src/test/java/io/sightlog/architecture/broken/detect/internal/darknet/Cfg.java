package io.sightlog.architecture.broken.detect.internal.darknet;

import io.sightlog.architecture.broken.detect.Model;

/** Knows of the face what is no value. */
public class Cfg {
    Model model;
}

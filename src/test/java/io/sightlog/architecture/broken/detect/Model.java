package io.sightlog.architecture.broken.detect;

/** Part of the face. */
public class Model {}

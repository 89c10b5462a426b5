package io.sightlog.architecture.broken.attic;

/** In no room. */
public class Homeless {}

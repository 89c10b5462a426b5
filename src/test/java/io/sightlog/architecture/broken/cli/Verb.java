package io.sightlog.architecture.broken.cli;

/** What no room may import. */
public class Verb {}

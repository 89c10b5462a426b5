package io.sightlog.architecture.broken.journal.internal.append;

/** Anybody may know it but those outside. */
public class Append {}

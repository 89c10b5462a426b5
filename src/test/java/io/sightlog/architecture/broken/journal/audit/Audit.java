package io.sightlog.architecture.broken.journal.audit;

/** Looks at everything, and is looked at by the face. */
public class Audit {}

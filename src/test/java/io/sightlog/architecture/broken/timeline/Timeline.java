package io.sightlog.architecture.broken.timeline;

import io.sightlog.architecture.broken.inspect.Inspect;

/** Answers with what another room has counted. */
public class Timeline {
    Inspect inspect;
}

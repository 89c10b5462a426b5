package io.sightlog.architecture.broken.serve;

import io.sightlog.architecture.broken.detect.Detect;

/** Detects while somebody looks at a page. */
public class Serve {
    Detect detect;
}

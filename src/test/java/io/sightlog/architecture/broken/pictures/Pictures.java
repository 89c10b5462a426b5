package io.sightlog.architecture.broken.pictures;

import io.sightlog.architecture.broken.inspect.Inspect;

/** Looks at more than the event it finds the picture of. */
public class Pictures {
    Inspect inspect;
    org.eclipse.jetty.server.Server server;
}

package io.sightlog.architecture.broken.serve.api;

import org.eclipse.jetty.server.Server;

/** Answers through the web server itself. */
public class Api {
    Server server;
}

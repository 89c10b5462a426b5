/**
 * One page over a journal: a server that only reads, and its files. {@link io.sightlog.serve.PageServer} is the face. {@code api} answers
 * questions as values of HTTP, {@code live} hands out what is appended; neither knows the web server.
 */
@NullMarked
package io.sightlog.serve;

import org.jspecify.annotations.NullMarked;

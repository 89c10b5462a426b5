/**
 * What is answered under {@code /api/v1}: docs/api.md. An {@link io.sightlog.serve.api.Endpoint} gets a
 * {@link io.sightlog.serve.api.Question} and gives a {@link io.sightlog.serve.api.Reply}; it does not know which web server asks.
 */
@NullMarked
package io.sightlog.serve.api;

import org.jspecify.annotations.NullMarked;

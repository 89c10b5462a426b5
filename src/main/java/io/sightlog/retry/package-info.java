/** How long to wait before something is tried again. */
@NullMarked
package io.sightlog.retry;

import org.jspecify.annotations.NullMarked;

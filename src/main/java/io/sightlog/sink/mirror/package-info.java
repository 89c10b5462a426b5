/** Shows the newest frame to programs that know nothing of journals. */
@NullMarked
package io.sightlog.sink.mirror;

import org.jspecify.annotations.NullMarked;

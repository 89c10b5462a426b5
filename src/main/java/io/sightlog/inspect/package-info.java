/** Questions about a journal, answered as values; nothing is printed here. */
@NullMarked
package io.sightlog.inspect;

import org.jspecify.annotations.NullMarked;

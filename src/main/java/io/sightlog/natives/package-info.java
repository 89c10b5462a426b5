/**
 * Native libraries: from which folder they come, that nobody else can have put code there, and what of it has to be removed.
 *
 * <p>{@link io.sightlog.natives.Natives} is the face, called by whoever is about to use a library that has native code. Start
 * reading there; why it is done at all is in docs/decisions/0016.
 */
@NullMarked
package io.sightlog.natives;

import org.jspecify.annotations.NullMarked;

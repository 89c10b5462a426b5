/** A house in which every rule is broken, so that the rules are seen to notice. */
package io.sightlog.architecture.broken;

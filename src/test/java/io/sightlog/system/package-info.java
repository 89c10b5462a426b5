/** Tests across processes: every one runs the packaged jar, as users do. */
package io.sightlog.system;

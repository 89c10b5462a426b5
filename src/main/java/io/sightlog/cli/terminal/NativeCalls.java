package io.sightlog.cli.terminal;

import io.sightlog.natives.Bundle;
import io.sightlog.natives.Natives;
import io.sightlog.natives.NativesException;
import io.sightlog.natives.UnsafeFolderException;

/** Calls into the system that make some verbs faster, and without which they go on. */
public final class NativeCalls {
    private NativeCalls() {}

    /**
     * Looks for them before anything is done, and tells when they cannot be had.
     *
     * @throws UnsafeFolderException when others could have put code where they are loaded from
     */
    public static void look() {
        try {
            Natives.load(Bundle.JNA);
        } catch (UnsafeFolderException e) {
            throw e;
        } catch (NativesException e) {
            Console.ERR.println(Failure.message(e) + " (goes on without them, slower)");
        }
    }
}

package io.sightlog.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether somebody is looking. */
final class Terminal {
    private Terminal() {}

    /** Whether standard error is a terminal; where there is no /proc, a guess by whether the virtual machine has one. */
    @SuppressWarnings("SystemConsoleNull") // from JDK 22 on the guess is yes
    static boolean onStderr() {
        Path link = Path.of("/proc/self/fd/2");
        try {
            if (Files.isSymbolicLink(link)) {
                String target = Files.readSymbolicLink(link).toString();
                return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
            }
        } catch (IOException | UnsupportedOperationException e) {
            // then as elsewhere
        }
        return System.console() != null;
    }
}

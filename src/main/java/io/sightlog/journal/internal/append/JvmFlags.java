package io.sightlog.journal.internal.append;

import io.sightlog.journal.JournalException;
import io.sightlog.journal.internal.format.JournalDirectory;
import java.util.List;
import net.openhft.chronicle.core.time.TimeProvider;

/** What a JVM must be started with, so that Chronicle Queue can map files. The application's jar names it in its manifest. */
final class JvmFlags {
    static final String NEEDED = "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED"
            + " --add-opens=java.base/sun.nio.ch=ALL-UNNAMED --add-exports=java.base/jdk.internal.ref=ALL-UNNAMED";

    /** Those it cannot do without; the other one spares a warning. */
    private static final List<String> OPENED = List.of("java.lang.reflect", "sun.nio.ch");

    private JvmFlags() {}

    /**
     * Looks before the library does, which would say it in fifty lines.
     *
     * @throws JournalException when they are missing: it has the flags in it
     */
    static void check(JournalDirectory directory) {
        check(directory, TimeProvider.class.getModule());
    }

    static void check(JournalDirectory directory, Module library) {
        Module java = Object.class.getModule();
        if (!OPENED.stream().allMatch(opened -> java.isOpen(opened, library))) {
            throw new JournalException("cannot append to journal " + directory.path()
                    + ": Chronicle Queue needs a JVM that is started with " + NEEDED
                    + ", or an application whose jar says so in its manifest (Add-Opens, Add-Exports)");
        }
    }
}

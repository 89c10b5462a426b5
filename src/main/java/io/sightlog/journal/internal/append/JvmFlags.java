package io.sightlog.journal.internal.append;

import io.sightlog.journal.JournalException;
import io.sightlog.journal.internal.format.JournalDirectory;
import net.openhft.chronicle.core.time.TimeProvider;

/** What a JVM must be started with, so that Chronicle Queue can map files. The application's jar names it in its manifest. */
final class JvmFlags {
    /** Two that it cannot do without, one that spares a warning, and one without which room is made ready in a slower way. */
    static final String NEEDED = "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED"
            + " --add-opens=java.base/sun.nio.ch=ALL-UNNAMED --add-opens=java.base/java.io=ALL-UNNAMED"
            + " --add-exports=java.base/jdk.internal.ref=ALL-UNNAMED";

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
        if (!java.isOpen("java.lang.reflect", library) || !java.isOpen("sun.nio.ch", library)) {
            throw new JournalException("cannot append to journal " + directory.path()
                    + ": Chronicle Queue needs a JVM that is started with " + NEEDED
                    + ", or an application whose jar says so in its manifest (Add-Opens, Add-Exports)");
        }
    }
}

package io.sightlog.cli.terminal;

import java.util.Arrays;

/** This program: its name, and how much its libraries may say. */
public final class Program {
    public static final String NAME = "sightlog";

    private static final String LIBRARIES_SAY = "org.slf4j.simpleLogger.defaultLogLevel";
    private static final String ALL = "info";

    private Program() {}

    /** Before any library's class is loaded. */
    public static void quiet(String... args) {
        boolean verbose = Arrays.asList(args).contains("--verbose");
        System.setProperty(LIBRARIES_SAY, verbose ? ALL : "off");
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("java.awt.headless", "true");
        // Looking for Groovy, which is not there, would open every jar of the class path.
        System.setProperty("picocli.disable.closures", "true");
        // Mapped pages of journals and native pictures are not a reason to collect garbage.
        System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
        System.setProperty("org.bytedeco.javacpp.maxBytes", "0");
    }

    /** Whether libraries may speak, and details be told. */
    public static boolean isVerbose() {
        return ALL.equals(System.getProperty(LIBRARIES_SAY));
    }
}

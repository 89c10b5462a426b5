package io.sightlog.cli;

import io.sightlog.natives.Natives;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This program, to be started again in another process. */
final class Self {
    private static final String UNSAFE = "--sun-misc-unsafe-memory-access=allow";

    private Self() {}

    /** The command that runs a verb with this Java, its options, and this jar or class path. */
    static List<String> command(List<?> verb) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (!option.startsWith("-agent") && !option.startsWith("-javaagent")) {
                command.add(option); // an agent that listens on a port can run only once
            }
        }
        if (Runtime.version().feature() >= 23 && !command.contains(UNSAFE)) {
            command.add(UNSAFE);
        }
        String jar = System.getProperty("java.class.path", "");
        command.addAll(jar.endsWith(".jar") ? List.of("-jar", jar) : List.of("-cp", jar, Main.class.getName()));
        for (Object word : verb) {
            command.add(word.toString());
        }
        Path natives = Natives.handedOn();
        if (natives != null) {
            command.addAll(List.of("--cache-dir", natives.toString()));
        }
        return command;
    }
}

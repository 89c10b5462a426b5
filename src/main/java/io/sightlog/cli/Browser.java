package io.sightlog.cli;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** The browser of whoever sits here. */
final class Browser {
    private Browser() {}

    /**
     * Shows a page in it, as the system does with links.
     *
     * @param link where the page is; others of this machine may see it for a moment, as an argument of a process
     */
    static void open(String link, Consumer<String> warning) {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        List<String> command = system.contains("windows")
                ? List.of("rundll32", "url.dll,FileProtocolHandler", link)
                : List.of(system.contains("mac") ? "open" : "xdg-open", link);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            Thread watching = new Thread(() -> watch(process, command.get(0), warning), "browser");
            watching.setDaemon(true);
            watching.start();
        } catch (IOException e) {
            warning.accept("no browser was opened: " + e.getMessage());
        }
    }

    private static void watch(Process process, String name, Consumer<String> warning) {
        try {
            int code = process.waitFor();
            if (code != 0) {
                warning.accept("no browser was opened: " + name + " ended with " + code);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

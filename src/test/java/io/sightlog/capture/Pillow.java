package io.sightlog.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.journal.ForeignPrograms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Python's Pillow, which judges what a picture shows. Where it is missing, what needs it is skipped, unless the environment has
 * {@code SIGHTLOG_REQUIRE_TOOLS=true}.
 */
final class Pillow {
    private Pillow() {}

    /** The output of a script in {@code src/test/python}, by lines. */
    static List<String> run(String script, Path... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(python(), "src/test/python/" + script));
        for (Path argument : arguments) {
            command.add(argument.toString());
        }
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(script).isZero();
        return output.lines().toList();
    }

    private static String python() throws IOException, InterruptedException {
        String found = null;
        for (String python : List.of("/usr/bin/python3", "python3")) {
            found = found == null && hasPillow(python) ? python : found;
        }
        ForeignPrograms.need(found != null, "there is no Python with Pillow and NumPy");
        return String.valueOf(found);
    }

    private static boolean hasPillow(@Nullable String python) throws InterruptedException {
        try {
            return new ProcessBuilder(python, "-c", "import PIL, numpy")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}

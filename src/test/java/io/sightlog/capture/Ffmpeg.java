package io.sightlog.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightlog.journal.ForeignPrograms;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The system's own ffmpeg and ffprobe, which make videos and judge how they look. Where they are missing, a test is skipped. */
public final class Ffmpeg {
    private static final int WIDTH = 160;
    private static final int HEIGHT = 120;
    private static final String PICTURE = "testsrc2=s=" + WIDTH + "x" + HEIGHT + ":r=25:d=";
    private static final int LIMIT_SECONDS = 120;

    private Ffmpeg() {}

    /** Goes on only where both are there. */
    public static void need() {
        ForeignPrograms.need("ffmpeg");
        ForeignPrograms.need("ffprobe");
    }

    /** A moving test picture of 25 frames a second, and a tone of another length. */
    public static Path make(Path file, double seconds, double toneSeconds, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("-f", "lavfi", "-i", PICTURE + seconds));
        if (toneSeconds > 0) {
            command.addAll(List.of("-f", "lavfi", "-i", "sine=d=" + toneSeconds));
        }
        command.addAll(List.of(options));
        return run(file, command.toArray(String[]::new));
    }

    /** Runs ffmpeg with options, of which the last, the output, is given apart. */
    public static Path run(Path output, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-nostdin", "-y"));
        command.addAll(List.of(options));
        command.add(output.toString());
        output(command);
        return output;
    }

    /** All frames as ffmpeg shows them, one after the other, in rows of BGR. */
    public static byte[] bgr(Path file) throws Exception {
        return output(List.of(
                "ffmpeg",
                "-v",
                "error",
                "-nostdin",
                "-i",
                file.toString(),
                "-vsync",
                "passthrough",
                "-f",
                "rawvideo",
                "-pix_fmt",
                "bgr24",
                "-"));
    }

    /** How many packets and frames ffprobe counts, {@code packets,frames}. */
    static long[] counts(Path file) throws Exception {
        String text = new String(
                output(List.of(
                        "ffprobe",
                        "-v",
                        "quiet",
                        "-count_packets",
                        "-count_frames",
                        "-select_streams",
                        "v:0",
                        "-show_entries",
                        "stream=nb_read_packets,nb_read_frames",
                        "-of",
                        "default=nw=1",
                        file.toString())),
                StandardCharsets.UTF_8);
        return new long[] {field(text, "nb_read_packets="), field(text, "nb_read_frames=")};
    }

    /** Where in a file the packets of its video lie, in the order of decoding. */
    static List<Integer> packets(Path file) throws Exception {
        String text = new String(
                output(List.of(
                        "ffprobe",
                        "-v",
                        "quiet",
                        "-select_streams",
                        "v:0",
                        "-show_entries",
                        "packet=pos",
                        "-of",
                        "default=nw=1:nk=1",
                        file.toString())),
                StandardCharsets.UTF_8);
        return text.lines()
                .map(String::strip)
                .filter(line -> line.matches("[0-9]+"))
                .map(Integer::valueOf)
                .toList();
    }

    private static long field(String text, String name) {
        String rest = text.substring(text.indexOf(name) + name.length());
        return Long.parseLong(rest.lines().findFirst().orElseThrow().strip());
    }

    private static byte[] output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.to(new File("/dev/null")))
                .start();
        byte[] output = process.getInputStream().readAllBytes();
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                .as("%s ends", command)
                .isTrue();
        assertThat(process.exitValue()).as("%s", command).isZero();
        return output;
    }
}

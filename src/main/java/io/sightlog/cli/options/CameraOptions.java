package io.sightlog.cli.options;

import io.sightlog.capture.live.LiveOptions;
import io.sightlog.capture.live.LiveOptions.Transport;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How cameras are read. */
public final class CameraOptions {
    @Option(
            names = "--source-file",
            paramLabel = "FILE",
            description =
                    "Cameras, one [NAME=]ADDRESS a line: their passwords are then not seen in a list of processes.")
    public @Nullable Path sourceFile;

    @Option(names = "--fps", paramLabel = "N", description = "Look at no more than N frames a second of each camera.")
    double fps;

    @Option(
            names = "--source-timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = Amounts.DurationConverter.class,
            description = "A camera that says nothing for so long is gone (default: ${DEFAULT-VALUE}).")
    Duration timeout = Duration.ofSeconds(10);

    @Option(
            names = "--reconnect",
            paramLabel = "always|never",
            defaultValue = "always",
            description = "Whether a camera that is gone is waited for, trying again every 1 to 30 seconds "
                    + "(default: ${DEFAULT-VALUE}).")
    Reconnect reconnect = Reconnect.ALWAYS;

    @Option(
            names = "--rtsp-transport",
            paramLabel = "auto|tcp|udp",
            defaultValue = "auto",
            description = "How RTSP cameras send; auto: TCP, or UDP where there is none (default: ${DEFAULT-VALUE}).")
    Transport transport = Transport.AUTO;

    @Option(names = "--insecure", description = "Take any certificate of rtsps:// and https:// cameras.")
    boolean insecure;

    /** What is done about a camera that is gone. */
    enum Reconnect {
        ALWAYS,
        NEVER
    }

    /** @throws IllegalArgumentException when a number is out of its range */
    public LiveOptions live(long maxFrames) {
        return new LiveOptions(timeout.toNanos(), reconnect == Reconnect.ALWAYS, transport, insecure, fps, maxFrames);
    }
}

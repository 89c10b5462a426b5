package io.sightlog.sink.export;

import io.sightlog.consume.Sink;
import io.sightlog.event.Event;
import io.sightlog.event.EventKind;
import io.sightlog.event.KeptFrame;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.FrameDamageException;
import io.sightlog.journal.FrameReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the kept picture of each event into a folder, as it was kept: a JPEG whose name begins with the time of capture, so that names
 * sort by it. The same event gives the same name, so a second run, or one after a kill, writes nothing twice. One thread.
 */
public final class FrameExport implements Sink {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyyMMdd'T'HHmmss.nnnnnnnnn'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final int MAX_NAME = 80;

    private final FrameReader frames;
    private final Path folder;
    private final Consumer<String> warn;
    private long written;
    private long there;
    private long absent;
    private long damaged;
    private long without;

    /**
     * @param frames of the journal, which is not closed
     * @param folder made when it is missing
     * @param warn gets one line for each picture that cannot be had
     * @throws IOException when the folder cannot be made
     */
    public FrameExport(FrameReader frames, Path folder, Consumer<String> warn) throws IOException {
        this.frames = frames;
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new IOException(folder + " is no folder; name another one with --out");
        }
        this.folder = Files.createDirectories(folder);
        this.warn = warn;
    }

    @Override
    public void accept(Event event) throws IOException {
        KeptFrame kept = kept(event);
        if (kept == null) {
            without += event.kind() == EventKind.FRAME ? 1 : 0;
            return;
        }
        Path file = folder.resolve(name(event));
        if (Files.exists(file)) {
            there++;
            return;
        }
        byte[] jpeg;
        try {
            jpeg = frames.read(kept);
        } catch (FrameDamageException e) {
            damaged++;
            warn.accept("not written: " + file.getFileName() + ": " + e.getMessage());
            return;
        }
        if (jpeg == null) {
            absent++;
            return;
        }
        write(file, jpeg);
        written++;
    }

    private @Nullable KeptFrame kept(Event event) {
        try {
            return KeptFrame.of(event);
        } catch (UnreadableEventException e) {
            damaged++;
            warn.accept("not written: the picture of an event: " + e.getMessage());
            return null;
        }
    }

    /** As {@code 20261130T122333.814123456Z-front-2a64e0c4ff9da52e-38.jpg}. */
    private static String name(Event event) {
        Instant captured = Instant.ofEpochSecond(
                Math.floorDiv(event.capturedNanos(), NANOS_PER_SECOND),
                Math.floorMod(event.capturedNanos(), NANOS_PER_SECOND));
        String from = event.stream().isEmpty()
                ? event.source().replaceFirst(".*/", "").replaceFirst("\\.[^.]*$", "")
                : event.stream();
        String safe = from.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^\\.+", "_");
        return String.format(
                Locale.ROOT,
                "%s-%s-%016x-%d.jpg",
                TIME.format(captured),
                safe.length() > MAX_NAME ? safe.substring(0, MAX_NAME) : safe,
                event.producer(),
                event.sequence());
    }

    /** Whole or not at all. */
    private void write(Path file, byte[] jpeg) throws IOException {
        Path scratch = Files.createTempFile(folder, ".", ".part");
        try {
            Files.write(scratch, jpeg);
            Files.move(scratch, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(scratch);
            throw new IOException(
                    "cannot write " + file + ": " + e.getMessage() + "; make room there, or choose another folder", e);
        }
    }

    /** Pictures that were written. */
    public long written() {
        return written;
    }

    /** Pictures that were in the folder already. */
    public long there() {
        return there;
    }

    /** Pictures that are not beside this journal. */
    public long absent() {
        return absent;
    }

    /** Frames of which no picture was kept. */
    public long without() {
        return without;
    }

    /** Pictures that are not whole. */
    public long damaged() {
        return damaged;
    }
}

package io.sightlog.sink.draw;

import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import io.sightlog.capture.PictureFile;
import io.sightlog.capture.Pictures;
import io.sightlog.capture.UnreadableException;
import io.sightlog.event.Event;
import io.sightlog.event.KeptFrame;
import io.sightlog.event.LiveSource;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.FrameDamageException;
import io.sightlog.journal.FrameReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/** Draws into the pictures that are kept beside the journal, where the source cannot be read again. */
final class KeptDrawing {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final @Nullable FrameReader frames;
    private final OutputFolder folder;

    /** @param frames of the journal; null when its pictures are not to be used */
    KeptDrawing(@Nullable FrameReader frames, OutputFolder folder) {
        this.frames = frames;
        this.folder = folder;
    }

    /** Whether the event is of a camera, whose picture is nowhere else. */
    static boolean isLive(Event event) {
        try {
            return LiveSource.of(event) != null;
        } catch (UnreadableEventException e) {
            return false;
        }
    }

    /** Where the event says that its picture is kept; null when it was not, or these are not to be used. */
    @Nullable
    KeptFrame of(Event event) {
        try {
            return frames == null ? null : KeptFrame.of(event);
        } catch (UnreadableEventException e) {
            return null;
        }
    }

    /**
     * Writes the kept picture with the event's boxes.
     *
     * @throws UndrawableException when it is not beside this journal, or not whole
     */
    void draw(Event event, KeptFrame kept) throws IOException, UndrawableException {
        byte[] jpeg;
        try {
            jpeg = frames == null ? null : frames.read(kept);
        } catch (FrameDamageException e) {
            throw new UndrawableException("its kept picture is damaged: " + e.getMessage());
        }
        if (jpeg == null) {
            throw new UndrawableException("its picture is not beside this journal");
        }
        Path scratch = folder.scratch("jpg");
        try {
            write(scratch, ByteBuffer.wrap(jpeg));
            try (PictureFile file = PictureFile.open(scratch);
                    Pictures.Picture read = file.picture(0)) {
                Mat picture = read.bgr();
                BoxPainter.paint(picture, boxes(event, picture));
                place(event, picture);
            } catch (UnreadableException e) {
                throw new UndrawableException("its kept picture cannot be read: " + e.getMessage());
            }
        } finally {
            Files.deleteIfExists(scratch);
        }
    }

    /** Boxes are in pixels of the frame; the kept picture may be smaller. */
    static List<Box> boxes(Event event, Mat picture) {
        if (event.width() <= 0 || event.height() <= 0) {
            return Box.of(event);
        }
        float x = (float) picture.cols() / event.width();
        float y = (float) picture.rows() / event.height();
        return Box.of(event).stream().map(box -> box.scaled(x, y)).toList();
    }

    private void place(Event event, Mat picture) throws IOException {
        try (BytePointer encoded = new BytePointer()) {
            if (!imencode(".jpg", picture, encoded)) {
                throw new IOException("OpenCV cannot encode a picture of " + picture.cols() + "x" + picture.rows());
            }
            Path drawn = folder.scratch("jpg");
            write(drawn, encoded.asByteBuffer());
            folder.place(drawn, drawn, stem(event), "jpg");
        }
    }

    /** Sorts by time: {@code front-20261130T122120.808Z}; of a file with the number of its frame. */
    private static String stem(Event event) {
        if (!isLive(event)) {
            return OutputNames.stem(event.source()) + "-frame" + event.frame();
        }
        Instant captured = Instant.ofEpochSecond(
                Math.floorDiv(event.capturedNanos(), NANOS_PER_SECOND),
                Math.floorMod(event.capturedNanos(), NANOS_PER_SECOND));
        String name = event.stream().isEmpty() ? event.source() : event.stream();
        return OutputNames.stem(name.replace('/', '_') + ".") + "-" + TIME.format(captured);
    }

    private static void write(Path file, ByteBuffer bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }
}

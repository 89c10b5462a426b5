package io.sightlog.sink.draw;

import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import io.sightlog.capture.MediaLibraries;
import io.sightlog.capture.PictureFile;
import io.sightlog.capture.Pictures;
import io.sightlog.capture.UnreadableException;
import io.sightlog.event.Event;
import io.sightlog.event.KeptFrame;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.event.UnreadableEventException.Cause;
import io.sightlog.journal.FrameDamageException;
import io.sightlog.journal.FrameReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/** Kept pictures with the boxes of their events drawn into them, in memory. One thread. */
public final class Snapshots implements AutoCloseable {
    private final FrameReader frames;
    private final Path scratch;

    /** @param frames of the journal; stays the caller's */
    public Snapshots(FrameReader frames) throws IOException {
        MediaLibraries.forPictures();
        this.frames = frames;
        this.scratch = Files.createTempFile("sightlog-snapshot", ".jpg");
    }

    /**
     * The kept picture of an event with its boxes, as a JPEG.
     *
     * @return null when none was kept, or it is not beside this journal
     * @throws UnreadableEventException when it is damaged
     * @throws UncheckedIOException when the folder for temporary files cannot be used
     */
    public byte @Nullable [] jpeg(Event event) {
        KeptFrame kept = KeptFrame.of(event);
        byte[] jpeg;
        try {
            jpeg = kept == null ? null : frames.read(kept);
        } catch (FrameDamageException e) {
            throw new UnreadableEventException(Cause.DAMAGED, "its kept picture is damaged: " + e.getMessage());
        }
        return jpeg == null ? null : drawn(event, jpeg);
    }

    private byte[] drawn(Event event, byte[] jpeg) {
        try {
            Files.write(scratch, jpeg);
            try (PictureFile file = PictureFile.open(scratch);
                    Pictures.Picture read = file.picture(0);
                    BytePointer encoded = new BytePointer()) {
                Mat picture = read.bgr();
                BoxPainter.paint(picture, KeptDrawing.boxes(event, picture));
                if (!imencode(".jpg", picture, encoded)) {
                    throw new IOException("OpenCV cannot encode a picture of " + picture.cols() + "x" + picture.rows());
                }
                byte[] bytes = new byte[Math.toIntExact(encoded.limit())];
                encoded.get(bytes);
                return bytes;
            }
        } catch (UnreadableException e) {
            throw new UnreadableEventException(Cause.DAMAGED, "its kept picture cannot be read: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(scratch);
    }
}

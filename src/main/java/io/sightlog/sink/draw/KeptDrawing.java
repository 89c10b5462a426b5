package io.sightlog.sink.draw;

import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import io.sightlog.capture.Pictures;
import io.sightlog.event.Event;
import io.sightlog.event.KeptFrame;
import io.sightlog.pictures.BoxPainter;
import io.sightlog.pictures.KeptPictures;
import io.sightlog.pictures.UndrawableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** Draws into the pictures that are kept beside the journal, where the source cannot be read again. */
final class KeptDrawing {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final KeptPictures pictures;
    private final OutputFolder folder;

    KeptDrawing(KeptPictures pictures, OutputFolder folder) {
        this.pictures = pictures;
        this.folder = folder;
    }

    /**
     * Writes the kept picture with the event's boxes.
     *
     * @throws UndrawableException when it is not beside this journal, or not whole
     */
    void draw(Event event, KeptFrame kept) throws IOException, UndrawableException {
        try (Pictures.Picture read = pictures.read(kept)) {
            Mat picture = read.bgr();
            BoxPainter.paint(picture, KeptPictures.boxes(event, picture));
            place(event, picture);
        }
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
        if (!KeptPictures.isLive(event)) {
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

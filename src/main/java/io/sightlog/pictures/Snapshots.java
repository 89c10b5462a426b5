package io.sightlog.pictures;

import io.sightlog.capture.MediaLibraries;
import io.sightlog.capture.Pictures;
import io.sightlog.event.Event;
import io.sightlog.event.KeptFrame;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.event.UnreadableEventException.Cause;
import io.sightlog.journal.FrameDamageException;
import io.sightlog.journal.FrameReader;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/** Kept pictures with the boxes of their events drawn into them, in memory. One thread. */
public final class Snapshots {
    private static final int QUALITY = 95;

    private final FrameReader frames;

    /** @param frames of the journal; stays the caller's */
    public Snapshots(FrameReader frames) {
        MediaLibraries.forPictures();
        this.frames = frames;
    }

    /**
     * The kept picture of an event with its boxes, as a JPEG.
     *
     * @return null when none was kept, or it is not beside this journal
     * @throws UnreadableEventException when it is damaged
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

    private static byte[] drawn(Event event, byte[] jpeg) {
        try (Pictures.Picture read = KeptPictures.decoded(jpeg)) {
            Mat picture = read.bgr();
            BoxPainter.paint(picture, KeptPictures.boxes(event, picture));
            return JpegBytes.of(picture, QUALITY);
        } catch (UndrawableException e) {
            throw new UnreadableEventException(Cause.DAMAGED, e.getMessage());
        }
    }
}

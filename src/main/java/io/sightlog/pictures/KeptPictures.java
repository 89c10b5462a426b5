package io.sightlog.pictures;

import io.sightlog.capture.PictureFile;
import io.sightlog.capture.Pictures;
import io.sightlog.capture.UnreadableException;
import io.sightlog.event.Event;
import io.sightlog.event.KeptFrame;
import io.sightlog.event.LiveSource;
import io.sightlog.event.UnreadableEventException;
import io.sightlog.journal.FrameDamageException;
import io.sightlog.journal.FrameReader;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/** The pictures that are kept beside a journal. One thread at a time. */
public final class KeptPictures {
    private final @Nullable FrameReader frames;

    /** @param frames of the journal, stays the caller's; null when its pictures are not to be used */
    public KeptPictures(@Nullable FrameReader frames) {
        this.frames = frames;
    }

    /** Whether the event is of a camera, whose picture is nowhere else. */
    public static boolean isLive(Event event) {
        try {
            return LiveSource.of(event) != null;
        } catch (UnreadableEventException e) {
            return false;
        }
    }

    /** Where the event says that its picture is kept; null when it was not, or these are not to be used. */
    public @Nullable KeptFrame of(Event event) {
        try {
            return frames == null ? null : KeptFrame.of(event);
        } catch (UnreadableEventException e) {
            return null;
        }
    }

    /**
     * The bytes of a kept picture, compared with their checksum.
     *
     * @throws UndrawableException when it is not beside this journal, or not whole
     */
    byte[] bytes(KeptFrame kept) throws UndrawableException {
        byte[] bytes;
        try {
            bytes = frames == null ? null : frames.read(kept);
        } catch (FrameDamageException e) {
            throw new UndrawableException("its kept picture is damaged: " + e.getMessage());
        }
        if (bytes == null) {
            throw new UndrawableException("its picture is not beside this journal");
        }
        return bytes;
    }

    /**
     * A kept picture, decoded.
     *
     * @return the caller owns it
     * @throws UndrawableException when it is not beside this journal, not whole, or no picture
     */
    public Pictures.Picture read(KeptFrame kept) throws UndrawableException {
        return decoded(bytes(kept));
    }

    static Pictures.Picture decoded(byte[] bytes) throws UndrawableException {
        try (PictureFile file = PictureFile.of(bytes)) {
            if (file.moves()) {
                throw new UndrawableException("its kept picture cannot be read: it moves");
            }
            return file.picture(0);
        } catch (UnreadableException e) {
            throw new UndrawableException("its kept picture cannot be read: " + e.getMessage());
        }
    }

    /** An event's boxes, which are in pixels of the frame, in a picture of it, which may be smaller. */
    public static List<Box> boxes(Event event, Mat picture) {
        if (event.width() <= 0 || event.height() <= 0) {
            return Box.of(event);
        }
        float x = (float) picture.cols() / event.width();
        float y = (float) picture.rows() / event.height();
        return Box.of(event).stream().map(box -> box.scaled(x, y)).toList();
    }
}

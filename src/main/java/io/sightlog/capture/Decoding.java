package io.sightlog.capture;

import io.sightlog.capture.CaptureOptions.CaptureClock;
import io.sightlog.capture.CaptureOptions.Pages;
import io.sightlog.capture.Pictures.Picture;
import io.sightlog.event.EpochNanos;
import java.util.function.BooleanSupplier;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/** Decodes files one after the other and gives what comes out of them. Owned by one thread. */
final class Decoding {
    private final CaptureOptions options;
    private final Taker taker;
    private final BooleanSupplier stopped;
    private final long runNanos = EpochNanos.now();
    private long framesGiven;

    /** Takes frames over, with the duty to close them. */
    @FunctionalInterface
    interface Taker {
        void take(Captured captured) throws InterruptedException;
    }

    Decoding(CaptureOptions options, Taker taker, BooleanSupplier stopped) {
        this.options = options;
        this.taker = taker;
        this.stopped = stopped;
    }

    boolean wantsMore() {
        return framesGiven < options.maxFrames() && !stopped.getAsBoolean();
    }

    void decode(Source source) throws InterruptedException {
        if (source.unread() != null) {
            long captured = capturedNanos(source, null, EpochNanos.now());
            taker.take(new Skip(FileNames.text(source.file()), 0, 0, captured, 0, source.unread()));
        } else if (source.video()) {
            video(source);
        } else {
            picture(source);
        }
    }

    /** Of a video as its header says, -1 when it does not; a video that cannot be opened gives one skip. */
    static long expectedFrames(Source video, int stride) {
        try (VideoReader reader = VideoReader.open(video.file())) {
            long frames = reader.totalFrames();
            return frames == 0 ? -1 : (frames + stride - 1) / stride;
        } catch (UnreadableException e) {
            return 1;
        }
    }

    private void picture(Source source) throws InterruptedException {
        long readNanos = EpochNanos.now();
        String name = FileNames.text(source.file());
        long began = System.nanoTime();
        try (PictureFile file = PictureFile.open(source.file())) {
            if (file.moves()) {
                moving(source, file.frames(), runNanos);
            } else {
                pages(source, file, readNanos, System.nanoTime() - began);
            }
        } catch (UnreadableException e) {
            long captured = capturedNanos(source, null, readNanos);
            taker.take(new Skip(name, 0, 0, captured, e.digest(), e.getMessage()));
        }
    }

    /** One after the other; a page that cannot be read does not hinder those after it. */
    private void pages(Source source, PictureFile file, long readNanos, long openNanos) throws InterruptedException {
        String name = FileNames.text(source.file());
        int count = options.pages() == Pages.ALL ? file.count() : 1;
        for (int page = 0; page < count && (page == 0 || wantsMore()); page++) {
            Captured captured;
            try {
                Picture picture = file.picture(page);
                long nanos = capturedNanos(source, picture.exifNanos(), readNanos);
                long decodeNanos = picture.decodeNanos() + (page == 0 ? openNanos : 0);
                captured = new Frame(name, page, 0, nanos, picture.digest(), picture.bgr(), decodeNanos, 0, count);
                framesGiven++;
            } catch (UnreadableException e) {
                long nanos = capturedNanos(source, null, readNanos);
                captured = new Skip(name, page, 0, nanos, e.digest(), e.getMessage());
            }
            taker.take(captured);
        }
        int more = file.count() - count;
        if (more > 0 && wantsMore()) {
            String reason = "not looked at: " + more + " more " + (more == 1 ? "picture" : "pictures")
                    + " in the file; --pages all looks at them";
            taker.take(new Skip(name, 1, 0, capturedNanos(source, null, readNanos), file.digest(), reason));
        }
    }

    private void video(Source source) throws InterruptedException {
        try (VideoReader reader = VideoReader.open(source.file())) {
            moving(source, reader, runNanos);
        } catch (UnreadableException e) {
            Long given = options.startNanos();
            long start = given != null ? given : capturedNanos(source, null, runNanos);
            taker.take(new Skip(FileNames.text(source.file()), 0, 0, start, e.digest(), e.getMessage()));
        }
    }

    private void moving(Source source, FrameReader opened, long runSays) throws InterruptedException {
        try (FrameReader reader = opened) {
            Long given = options.startNanos();
            long start = given != null ? given : capturedNanos(source, reader.createdNanos(), runSays);
            while (wantsMore()) {
                Captured next = next(reader, FileNames.text(source.file()), start);
                if (next == null) {
                    return;
                }
                framesGiven += next instanceof Frame ? 1 : 0;
                taker.take(next);
            }
        }
    }

    /** Null at the end, or when nothing more is wanted. Damage counts where a frame would have been taken. */
    private @Nullable Captured next(FrameReader reader, String name, long startNanos) {
        long began = System.nanoTime();
        while (!stopped.getAsBoolean()) {
            try {
                if (!reader.advance()) {
                    return null;
                }
                if (reader.number() % options.stride() == 0) {
                    return frame(reader, name, startNanos, began);
                }
            } catch (UnreadableException e) {
                if (reader.ended() || wantsOneOf(reader.number(), reader.nextNumber(), options.stride())) {
                    long captured = startNanos + reader.positionNanos();
                    return new Skip(name, reader.number(), reader.positionNanos(), captured, 0, e.getMessage());
                }
            }
        }
        return null;
    }

    /** Whether one of the frames from a number up to, but not with, another would have been taken. */
    static boolean wantsOneOf(long first, long end, long stride) {
        return Math.floorMod(-first, stride) < Math.max(1, end - first);
    }

    private static Frame frame(FrameReader reader, String name, long startNanos, long began)
            throws UnreadableException {
        Mat picture;
        try {
            picture = reader.picture();
        } catch (OutOfMemoryError e) {
            throw new UnreadableException(Pictures.NO_MEMORY, 0, e);
        }
        long decodeNanos = System.nanoTime() - began;
        return new Frame(
                name,
                reader.number(),
                reader.positionNanos(),
                startNanos + reader.positionNanos(),
                Pictures.digest(picture),
                picture,
                decodeNanos,
                reader.framesPerSecond(),
                reader.totalFrames());
    }

    /** By the run's clock, or by what the file itself says, or else by its modification. */
    private long capturedNanos(Source source, @Nullable Long fileSays, long runSays) {
        if (options.clock() == CaptureClock.RUN) {
            return runSays;
        }
        Long modified = fileSays != null ? fileSays : FileTimes.modified(source.file());
        return modified != null ? modified : runSays;
    }
}

package io.sightlog.pictures;

import io.sightlog.capture.FrameReader;
import io.sightlog.capture.PictureFile;
import io.sightlog.capture.UnreadableException;
import io.sightlog.capture.VideoNames;
import io.sightlog.capture.VideoReader;
import io.sightlog.pictures.OpenVideo.Limit;
import io.sightlog.pictures.OpenVideos.Version;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * Frames out of the files they came from. Of a video the frame is jumped to, and proven by its digest; where that does not lead to it,
 * all frames are decoded from the first on, for a bounded time. Any thread.
 */
final class SourcePictures implements AutoCloseable {
    /** For how long nothing is decoded from the first frame on again where it was in vain. */
    private static final long VAIN_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final int MAX_VAIN = 64;
    private static final long NOT_OPENED = -1;

    private final long limitNanos;
    private final OpenVideos videos;
    private final Map<Version, Vain> vain = new LinkedHashMap<>();

    /** From which frame on a file was decoded in vain, and when. */
    private record Vain(long frame, long nanoTime, UndrawableException why) {}

    /**
     * @param limit how long it may take to find a frame in a video
     * @param quiet how long a video stays open that nobody uses
     */
    SourcePictures(Duration limit, Duration quiet) {
        this.limitNanos = limit.toNanos();
        this.videos = new OpenVideos(quiet);
    }

    /**
     * Reads a frame again.
     *
     * @param file a regular file that may be opened
     * @return 8-bit BGR, upright, the one that is wanted; the caller owns it
     * @throws UndrawableException when the file is not what it was, or takes too long
     * @throws UnreadableException when it cannot be read
     */
    Mat read(Path file, Wanted wanted) throws UndrawableException, UnreadableException {
        Limit limit = Limit.in(limitNanos);
        Version version = Version.of(file);
        OpenVideo open = videos.take(version, wanted);
        if (open == null) {
            checkNotInVain(version, NOT_OPENED);
            PictureFile picture = picture(file, wanted);
            if (picture != null && !picture.moves()) {
                return page(picture, wanted);
            }
            open = opened(version, picture, wanted, limit);
        }
        Mat found = used(version, open, limit, video -> video.find(wanted));
        return found != null ? found : fromTheFirst(version, wanted, limit);
    }

    /** Null for a video. */
    private static @Nullable PictureFile picture(Path file, Wanted wanted) throws UnreadableException {
        boolean isPicture = PictureFile.isOne(file);
        if (isPicture && !VideoNames.isVideo(file.toString())) {
            return PictureFile.open(file);
        }
        boolean later = wanted.frame() > 0 || wanted.positionNanos() > 0;
        boolean isVideo = VideoNames.isVideo(file.toString()) || later || VideoReader.isOne(file);
        return isVideo ? null : PictureFile.open(file);
    }

    private static Mat page(PictureFile opened, Wanted wanted) throws UndrawableException, UnreadableException {
        try (opened) {
            return SameFrame.page(opened, wanted.frame(), wanted.digest(), wanted.width(), wanted.height())
                    .bgr();
        }
    }

    private OpenVideo opened(Version version, @Nullable PictureFile moving, Wanted wanted, Limit limit)
            throws UndrawableException, UnreadableException {
        try {
            return new OpenVideo(frames(version.file(), moving, limit));
        } catch (UnreadableException e) {
            if (!limit.isOver()) {
                throw e;
            }
            UndrawableException late = limit.exceeded(wanted);
            wasInVain(version, NOT_OPENED, late);
            throw late;
        }
    }

    private static FrameReader frames(Path file, @Nullable PictureFile moving, Limit limit) throws UnreadableException {
        if (moving == null) {
            return VideoReader.open(file, limit.endNanoTime());
        }
        try {
            return moving.frames();
        } catch (UnreadableException e) {
            moving.close();
            throw e;
        }
    }

    private Mat fromTheFirst(Version version, Wanted wanted, Limit limit)
            throws UndrawableException, UnreadableException {
        checkNotInVain(version, wanted.frame());
        if (limit.isOver()) {
            throw limit.exceeded(wanted);
        }
        OpenVideo fresh = opened(version, picture(version.file(), wanted), wanted, limit);
        try {
            return Objects.requireNonNull(used(version, fresh, limit, video -> video.inOrder(wanted)));
        } catch (UndrawableException e) {
            wasInVain(version, fresh.showsAnother() ? 0 : wanted.frame(), e);
            throw e;
        }
    }

    /** What is done with a video that is open. */
    @FunctionalInterface
    private interface Use {
        @Nullable
        Mat of(OpenVideo video) throws UndrawableException, UnreadableException;
    }

    /** One that led to the frame stays open for the next one. */
    private @Nullable Mat used(Version version, OpenVideo video, Limit limit, Use use)
            throws UndrawableException, UnreadableException {
        Mat found = null;
        try {
            video.limit(limit);
            found = use.of(video);
            return found;
        } finally {
            if (found == null) {
                video.close();
            } else {
                videos.giveBack(version, video);
            }
        }
    }

    private void checkNotInVain(Version version, long frame) throws UndrawableException {
        synchronized (vain) {
            Vain last = vain.get(version);
            if (last != null && last.frame <= frame && System.nanoTime() - last.nanoTime < VAIN_NANOS) {
                throw last.why;
            }
        }
    }

    private void wasInVain(Version version, long frame, UndrawableException why) {
        synchronized (vain) {
            if (vain.size() >= MAX_VAIN) {
                vain.remove(vain.keySet().iterator().next());
            }
            vain.put(version, new Vain(frame, System.nanoTime(), why));
        }
    }

    /** How many videos are open that nobody uses. */
    int idleVideos() {
        return videos.count();
    }

    /** Closes all videos; those in use when they are done. */
    @Override
    public void close() {
        videos.close();
    }
}

package io.sightlog.capture;

import io.sightlog.capture.Animation.Part;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/** Reads the frames of a GIF, PNG or WebP that moves. What is built on a damaged frame is damaged, too. */
final class AnimationReader implements FrameReader {
    private final PictureFile file;
    private final Animation animation;
    private final Canvas canvas;
    private int number = -1;
    private long positionNanos;
    private boolean built;
    private boolean ended;

    /** @param file is closed with this */
    AnimationReader(PictureFile file, Animation animation) {
        this.file = file;
        this.animation = animation;
        this.canvas = new Canvas(animation);
        this.built = true;
    }

    @Override
    public boolean advance() throws UnreadableException {
        if (ended) {
            return false;
        }
        if (number >= 0 && number < animation.frames().size()) {
            positionNanos += animation.frames().get(number).delayNanos();
        }
        number++;
        if (number == animation.frames().size()) {
            ended = true;
            if (animation.ending() != null) {
                throw new UnreadableException("damaged from here on: " + animation.ending());
            }
            return false;
        }
        show(animation.frames().get(number));
        return true;
    }

    private void show(Part part) throws UnreadableException {
        if (!canvas.holds(part)) {
            built = false;
            throw new UnreadableException("damaged: a frame is outside the picture");
        }
        canvas.next(part);
        boolean covers = part.width() == animation.width() && part.height() == animation.height() && !part.blended();
        boolean onGood = built || covers;
        built = false;
        try (Mat decoded = PictureFile.guarded(part.pixels())) {
            canvas.draw(part, decoded);
        }
        if (!onGood) {
            throw new UnreadableException("damaged: it is built on a frame that is damaged");
        }
        built = true;
    }

    @Override
    public Mat picture() throws UnreadableException {
        return PictureFile.guarded(
                () -> Upright.of(canvas.bgr(), animation.exif().orientation()));
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public long positionNanos() {
        return positionNanos;
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public int width() {
        return (int) (animation.exif().sideways() ? animation.height() : animation.width());
    }

    @Override
    public int height() {
        return (int) (animation.exif().sideways() ? animation.width() : animation.height());
    }

    @Override
    public double framesPerSecond() {
        return animation.frames().size() * 1e9 / animation.durationNanos();
    }

    @Override
    public long totalFrames() {
        return animation.frames().size();
    }

    @Override
    public @Nullable Long createdNanos() {
        return animation.exif().takenNanos();
    }

    @Override
    public void close() {
        ended = true;
        canvas.close();
        file.close();
    }
}
